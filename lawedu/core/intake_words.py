"""Words and marks of question banks as people write them (题库用语): kinds, fields, right and wrong, blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from lawedu.core.questions import QuestionKind

CHOICE_OF_SOME_KIND = "选择题"
KIND_WORDS: Mapping[QuestionKind, tuple[str, ...]] = {
    QuestionKind.INDETERMINATE_CHOICE: (
        *("不定项选择题", "不定项选择", "不定项题", "不定项", "不定向选择题", "indeterminate_choice", "indeterminate"),
    ),
    QuestionKind.SINGLE_CHOICE: (
        *("单项选择题", "单项选择", "单选题", "单选", "单项题", "单项", "single_choice", "singlechoice", "single"),
        *("radio",),
    ),
    QuestionKind.MULTIPLE_CHOICE: (
        *(
            "多项选择题",
            "多项选择",
            "多选题",
            "多选",
            "多项题",
            "多项",
            "multiple_choice",
            "multiplechoice",
            "multiple",
        ),
        *("multi", "checkbox"),
    ),
    QuestionKind.TRUE_FALSE: (
        *("判断正误题", "正误判断题", "判断题", "判断", "是非题", "对错题", "true_false", "truefalse", "judgement"),
        *("judgment", "judge", "boolean"),
    ),
    QuestionKind.FILL_BLANK: ("填空题", "填空", "fill_blank", "fillblank", "fill", "blank"),
    QuestionKind.SHORT_ANSWER: (
        *("简答题", "简答", "问答题", "问答", "名词解释题", "名词解释", "short_answer", "shortanswer", "short"),
    ),
    QuestionKind.ESSAY: ("论述题", "论述", "essay"),
    QuestionKind.CASE_ANALYSIS: (
        *("案例分析题", "案例分析", "案例题", "综合分析题", "材料分析题", "材料题", "case_analysis", "case"),
    ),
}
_BY_WORD = {word: kind for kind, words in KIND_WORDS.items() for word in words}
_CHINESE_WORDS = [word for word in _BY_WORD if not word.isascii()] + [CHOICE_OF_SOME_KIND]
KIND_WORD = "|".join(sorted(_CHINESE_WORDS, key=len, reverse=True))

RIGHT_WORDS = frozenset(
    [
        "对",
        "正确",
        "√",
        "✓",
        "✔",
        "☑",
        "是",
        "true",
        "t",
        "y",
        "yes",
        "v",
        "right",
        "说法正确",
        "对的",
        "正确的",
        "√正确",
    ]
)
WRONG_WORDS = frozenset(
    [
        "错",
        "错误",
        "×",
        "✗",
        "✘",
        "✕",
        "╳",
        "否",
        "false",
        "f",
        "n",
        "no",
        "x",
        "wrong",
        "不对",
        "不正确",
        "说法错误",
        "错的",
        "错误的",
        "×错误",
    ]
)

OPEN, CLOSE = "（(【[［〔｛{〖", "）)】]］〕｝}〗"
BLANK = "（　）"
_EMPTY_BRACKET = re.compile(rf"[{re.escape(OPEN)}][\s　_＿]*[{re.escape(CLOSE)}]")
_LINE_BLANK = re.compile(r"[_＿]{2,}(?:[\s　]*[_＿]{2,})*")
_SPACE = re.compile(r"[ \t　\xa0]+")
_HIDDEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_CJK_GAP = re.compile(r"(?<=[\u2e80-\u9fff，。、；：？！“”（）《》]) (?=[\u2e80-\u9fff，。、；：？！“”（）《》])")


def plain(text: str) -> str:
    """One width of signs, outer space away: for answers, labels and headings, never for a stem."""
    return unicodedata.normalize("NFKC", text).strip()


def readable(text: str) -> str:
    """What people see: invisible and control characters away, also what cannot be stored."""
    shown = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    shown = re.sub("[\x0b\x0c\x85\u2028\u2029]", "\n", shown)
    return "".join(
        c for c in shown if c in "\n\t" or ((c.isprintable() or c in "　\xa0") and not 0xD800 <= ord(c) <= 0xDFFF)
    )


def tidy(text: str) -> str:
    """Runs of space to one, none between Chinese characters; line ends stay."""
    lines = (_CJK_GAP.sub("", _SPACE.sub(" ", line).strip()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def with_blanks(text: str) -> str:
    """Every form of a blank ( ) 【 】 [ ] ____ as （　）, after `tidy` (which would eat the space in it)."""
    kept = _EMPTY_BRACKET.sub("\x00", text)
    return tidy(_LINE_BLANK.sub("\x00", kept)).replace("\x00", BLANK)


def kind_of_word(word: str) -> QuestionKind | None:
    """The kind that a word names; None for none and for 选择题, which may be any choice."""
    return _BY_WORD.get(re.sub(r"[\s\-（()）【】\[\]:：]", "", plain(word)).casefold())


def judgement_of(text: str) -> bool | None:
    """Whether a word or mark says right or wrong; None when it says neither (A, B, 1, 2 never do)."""
    word = plain(text).strip(" .。;；,，“”\"'()").casefold()
    return True if word in RIGHT_WORDS else False if word in WRONG_WORDS else None


_SIGN_FIRST = re.compile(r"([ABab012])\s*(?:代表|表示|为|是|=|即|选项|[.、:：\-—])?\s*[“\"]?(正确|错误|不对|对|错|√|×)")
_WORD_FIRST = re.compile(r"(正确|错误|不对|对|错|√|×)的?\s*(?:请)?(?:选|填|涂|写|用|为|记|=|:|：)\s*[“\"]?([ABab012])")


def legend_in(text: str) -> dict[str, bool]:
    """Which sign means right: {"A": False, "B": True} from “A表示错误，B表示正确”; empty unless both are said."""
    normal = plain(text)
    pairs = [(sign, word) for sign, word in _SIGN_FIRST.findall(normal)]
    pairs += [(sign, word) for word, sign in _WORD_FIRST.findall(normal)]
    found: dict[str, set[bool]] = {}
    for sign, word in pairs:
        value = judgement_of(word)
        if value is not None:
            found.setdefault(sign.upper(), set()).add(value)
    legend = {sign: next(iter(values)) for sign, values in found.items() if len(values) == 1}
    return legend if len(found) == 2 and sorted(legend.values()) == [False, True] else {}


def one_of(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LEVELS = {"易": 1, "容易": 1, "简单": 1, "较易": 2, "偏易": 2, "中": 3, "中等": 3, "一般": 3, "适中": 3}
_LEVELS |= {"较难": 4, "偏难": 4, "难": 5, "困难": 5, "easy": 1, "medium": 3, "hard": 5, "normal": 3}


def difficulty_of(text: str) -> int:
    """1 to 5; 0 when nothing is said or it is said on another scale."""
    word = plain(text).strip("。. ").casefold()
    if word in _LEVELS:
        return _LEVELS[word]
    return (
        int(word)
        if word in ("1", "2", "3", "4", "5")
        else len(word)
        if word and set(word) == {"★"} and len(word) < 6
        else 0
    )
