"""Words of imports (导入用语)."""

from lawedu.questions.import_models import ImportState
from lawedu.wording import register

register(
    {
        ImportState.DOUBTFUL: "有疑问",
        ImportState.CLEAR: "无疑问",
        ImportState.SETTLED: "已核定",
        ImportState.DISCARDED: "已舍弃",
        ImportState.SAVED: "已导入",
    }
)
UNITS = {"text": "行", "word": "段", "sheet": "行", "json": "个"}


def place_words(form: str, sheet: str, first: int, last: int) -> str:
    """Where a question stands in its file: 第 12–18 行, “多选题”第 3 行."""
    unit = UNITS["sheet"] if sheet else UNITS[form]
    lines = f"{first}" if first == last else f"{first}–{last}"
    return f"{f'“{sheet}”' if sheet else ''}第 {lines} {unit}"
