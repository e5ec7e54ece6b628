"""Why the bank says no (题库的拒绝)."""

from __future__ import annotations

from collections.abc import Sequence

from lawedu.core.errors import NotAllowed, RuleBroken


class BeingEdited(RuleBroken):
    """There is one new version at a time (已有新版本在编写)."""

    code = "being_edited"
    sentence = "这道题已有一个新版本正在编写或者待审，请先处理完那个版本。"


class NotADraft(RuleBroken):
    """What was handed in or released stays as it is (只有草稿可以修改)."""

    code = "not_a_draft"
    sentence = "这个版本已经提交或者处理过，不能再改。请刷新页面查看最新状态。"


class VersionMoved(RuleBroken):
    """Saved in another window since this page was opened (页面打开后保存过)."""

    code = "version_moved"
    sentence = "您打开本页之后，这个版本被保存过（可能在另一个窗口）。下面保留了您填写的内容，请核对后再保存。"


class NotSubmitted(RuleBroken):
    """The version does not wait for a review, or no longer (不在待审状态)."""

    code = "not_submitted"
    sentence = "这个版本不在待审状态，可能已由其他同志处理，请刷新页面查看。"


class OwnVersion(NotAllowed):
    """Author and reviewer of a version are never the same person (不得审核本人编写的题)."""

    code = "own_version"
    sentence = "这个版本是您本人编写的，须由另一位审题人审核。"


class OpinionMissing(RuleBroken):
    """Sending back, retiring and asking for an edit need words (须写明意见)."""

    code = "opinion_missing"
    sentence = "请写明意见，编写人据此修改，以后也能查到原因。"


class NotInUse(RuleBroken):
    """Only a question in use can be retired (题目不在用)."""

    code = "not_in_use"
    sentence = "这道题没有在用，不需要停用。"


class CheckFailed(RuleBroken):
    """The question has faults (自动检查未通过)."""

    code = "check_failed"
    sentence = "自动检查还有 {count} 处问题，第一处是：{first}。"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(count=len(faults), first=faults[0].rstrip("。"))
        self.faults = tuple(faults)


class NotFlagged(RuleBroken):
    """No open flag: somebody settled it (条文变动已处理)."""

    code = "not_flagged"
    sentence = "这道题的条文变动已经处理过了，请刷新页面查看。"


class BasisGone(RuleBroken):
    """The article was deleted, so the same basis cannot stand (条文已删去)."""

    code = "basis_gone"
    sentence = "所依据的条文已经删去，请填写现行法律中的新条号，或者选择修改、停用。"


class WordsNameTheArticle(RuleBroken):
    """The stem or an option names the old number: words must change (题干写有旧条号)."""

    code = "words_name_the_article"
    sentence = "题干或者选项里写有旧的条号，不能直接平移，请选择修改。"


class NothingToExport(RuleBroken):
    """No question fits the filter (没有可导出的题)."""

    code = "nothing_to_export"
    sentence = "没有符合条件的题，请换一个条件再导出。"


class TooManyForPaper(RuleBroken):
    """A paper is for people to sit (试卷题数过多)."""

    code = "too_many_for_paper"
    sentence = "试卷最多 {most} 题，请缩小筛选范围，或者导出表格。"
