"""Random questions in random styles (随机题库): texts made of what a reader might take for something else."""

from __future__ import annotations

from hypothesis import strategies as st

from lawedu.core.questions import QuestionKind
from tests.questions.sample_tables import GridStyle, JsonStyle
from tests.questions.samples import Question, TextStyle

PIECES = (
    *(
        "行政机关",
        "当事人",
        "应当在",
        "五日内",
        "不得",
        "依法",
        "申请听证",
        "处罚决定",
        "某公司",
        "甲、乙两人",
        "国家工作人员",
    ),
    *(
        "A公司",
        "B公司与C公司",
        "A、B两家",
        "（一）",
        "（2）",
        "1.5倍",
        "3000元",
        "2021年",
        "第三十三条",
        "《行政处罚法》",
        "“轻微”",
    ),
    *(
        "，",
        "；",
        "、",
        "：",
        "1,000元",
        "50%",
        "T恤",
        "A级",
        "选B",
        "正确",
        "错误",
        "题目",
        "答案",
        "解析",
        "选项",
        "（含本数）",
    ),
    *(
        "一、二级",
        "D栋",
        "E、F座",
        "两名",
        "/",
        "－",
        "e.g.",
        "V字形",
        "（甲）",
        "12.4",
        "3、4号",
        "是否",
        "对",
        "全部",
    ),
)
START = (
    "某局",
    "下列做法",
    "关于听证",
    "行政机关",
    "公民甲",
    "A公司",
    "3名执法人员",
    "对违法行为",
    "2024年某日",
    "（甲）某人",
)
KINDS = (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE, QuestionKind.FILL_BLANK)


def _text(most: int, least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES), min_size=least, max_size=most).map("".join)


EDGES = (
    "行政机关",
    "五日内",
    "处罚决定",
    "某公司",
    "A级",
    "1.5倍",
    "（一）项",
    "“轻微”",
    "3000元",
    "T恤",
    "D栋",
    "3、4号楼",
    "2021年",
    "乙",
)


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """A text as options and blanks have it: no sign at either end."""
    text = draw(st.sampled_from(EDGES))
    return text + draw(_text(2)) + draw(st.sampled_from(EDGES)) if draw(st.booleans()) else text


@st.composite
def stems(draw: st.DrawFn) -> str:
    """A stem of a few pieces, beginning as stems begin."""
    return draw(st.sampled_from(START)) + draw(_text(6, 2))


@st.composite
def questions(draw: st.DrawFn, kind: QuestionKind | None = None) -> Question:
    """A question of any kind; options differ from one another."""
    kind = kind or draw(st.sampled_from(KINDS))
    stem, explanation = (
        draw(stems()),
        draw(st.sampled_from(("依法", "本题考查听证。", "根据规定，"))) + draw(_text(5, 0)),
    )
    if kind is QuestionKind.TRUE_FALSE:
        return Question(kind, stem + "。", is_true=draw(st.booleans()), explanation=explanation)
    if kind is QuestionKind.FILL_BLANK:
        return Question(kind, f"{stem}（　）{draw(_text(2))}。", text=draw(phrases()), explanation=explanation)
    options = draw(st.lists(phrases(), min_size=3, max_size=6, unique=True))
    places = st.lists(st.integers(0, len(options) - 1), min_size=1, max_size=len(options), unique=True)
    right = tuple(sorted(draw(places)))
    if kind is QuestionKind.SINGLE_CHOICE:
        right = right[:1]
    return Question(kind, f"{stem}（　）。", tuple(options), right, explanation=explanation)


@st.composite
def banks(draw: st.DrawFn) -> list[Question]:
    """One to six questions, grouped by kind as banks are."""
    found = draw(st.lists(questions(), min_size=1, max_size=6))
    return sorted(found, key=lambda question: KINDS.index(question.kind))


@st.composite
def text_styles(draw: st.DrawFn) -> TextStyle:
    """Any way to write a text."""
    pick = st.sampled_from
    heading = draw(pick(("{c}、{k}（每题2分，共20分）", "第{c}部分 {k}", "【{k}】", "（{c}）{k}：", "")))
    judge, legend = draw(
        pick(
            (
                *((("正确", "错误"), ""), (("对", "错"), ""), (("√", "×"), ""), (("V", "X"), ""), (("T", "F"), "")),
                *(
                    (("A", "B"), ""),
                    (("B", "A"), "（A表示错误，B表示正确）"),
                    (("1", "2"), "（1为正确，2为错误）"),
                    (("1", "0"), ""),
                ),
            )
        )
    )
    return TextStyle(
        number=draw(pick(("{n}、", "{n}. ", "{n}．", "{n}\t", "（{n}）", "({n}) ", "{c}、", "第{n}题 ", ""))),
        heading=heading,
        restart=draw(st.booleans()),
        tag=draw(pick(("", "【{k}】", "（{k}）"))),
        option=draw(pick(("{l}．", "{l}. ", "{l}、", "{l}：", "（{l}）", "{l}) ", "{l} "))),
        layout=draw(pick(("lines", "inline", "glued", "two", "stem"))),
        answer=draw(pick(("正确答案：{a}", "答案：{a}", "【答案】{a}", "参考答案:{a}", "答案 {a}", "（答案：{a}）"))),
        place=draw(pick(("after", "before", "bracket", "marked", "end_range", "end_list", "end_full"))),
        letters=draw(pick(("{}", ",", "、", " ", "wide"))),
        judge=judge,
        judge_options=draw(st.booleans()),
        legend=legend,
        explanation=draw(pick(("解析：{e}", "【解析】{e}", "答案解析：{e}", "试题解析:{e}", "评析：{e}"))),
        blank=draw(pick(("（）", "( )", "【  】", "[  ]", "____", "＿＿＿", "〔　〕"))),
        header=draw(pick(("", "某某区普法办公室  第{p}页", "— {p} —", "某某区领导干部题库"))),
        bom=draw(st.booleans()),
        gap=draw(st.booleans()),
    )


GRID = (("number", "序号"), ("kind", "题型"), ("stem", "题干"), ("answer", "正确答案"), ("explanation", "解析"))


@st.composite
def grid_styles(draw: st.DrawFn) -> GridStyle:
    """Any way to write a sheet."""
    together = draw(st.sampled_from(("", "\n", ",", "|", ";", "；", "，", " ")))
    options = [("options", "选项")] if together else [(letter, f"选项{letter}") for letter in "ABCDEF"]
    with_kind = draw(st.booleans())
    columns = [column for column in GRID if with_kind or column[0] != "kind"] + options
    return GridStyle(
        columns=tuple(draw(st.permutations(columns))),
        together=together,
        labelled=draw(st.booleans()),
        answer=draw(st.sampled_from(("letters", "comma", "texts", "base0", "base1"))),
        judge=draw(st.sampled_from((("正确", "错误"), ("√", "×"), (True, False), (1, 0), ("A", "B"), (1, 2)))),
        judge_options=draw(st.booleans()),
        title=draw(st.sampled_from(("", "题库（2026年）"))),
        numbered=draw(st.sampled_from(("", "{n}、", "{n}."))),
    )


@st.composite
def json_styles(draw: st.DrawFn) -> JsonStyle:
    """Any way to write JSON."""
    return JsonStyle(
        options=draw(st.sampled_from(("list", "dict", "objects", "labelled"))),
        answer=draw(st.sampled_from(("letters", "list", "base0", "base1", "texts"))),
        wrap=draw(st.sampled_from(("", "data", "questions"))),
        english=draw(st.booleans()),
    )
