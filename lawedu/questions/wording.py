"""Words of the bank (题库用语)."""

from lawedu.core.bank_law import BasisStanding
from lawedu.core.questions import KIND_NAMES
from lawedu.questions.models import QuestionOrigin, QuestionState, VersionState
from lawedu.questions.review_models import Verdict
from lawedu.wording import register

register(KIND_NAMES)
register(
    {
        QuestionState.DRAFT: "草稿",
        QuestionState.SUBMITTED: "待审",
        QuestionState.PUBLISHED: "已入库",
        QuestionState.FLAGGED: "法律核对",
        QuestionState.RETIRED: "已停用",
    }
)
register(
    {
        VersionState.DRAFT: "草稿",
        VersionState.SUBMITTED: "待审",
        VersionState.RETURNED: "退回修改",
        VersionState.RELEASED: "已入库",
        VersionState.DROPPED: "已作废",
    }
)  # one call for each enum: members of different enums with the same text are one key
register(
    {
        QuestionOrigin.FILE: "题库文件",
        QuestionOrigin.SYSTEM: "系统内编写",
    }
)
register(
    {
        Verdict.APPROVED: "审核通过",
        Verdict.RETURNED: "退回修改",
        Verdict.STILL_RIGHT: "条文变动，核对后仍然正确",
        Verdict.EDIT: "条文变动，需要修改",
        Verdict.RETIRED: "停用",
    }
)
register(
    {
        BasisStanding.IN_FORCE: "现行有效",
        BasisStanding.NOT_YET: "尚未施行",
        BasisStanding.SUPERSEDED: "条文已修改",
        BasisStanding.REPEALED: "已废止",
        BasisStanding.NO_ARTICLE: "查不到这一条",
        BasisStanding.NOT_LOADED: "依据未入库",
    }
)
