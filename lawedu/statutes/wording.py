"""Words of the law library (法律库用语)."""

from lawedu.core.comparison import Fate
from lawedu.core.must_know import ListKind
from lawedu.core.statutes import KIND_NAMES, InstrumentState, VersionAct
from lawedu.wording import register

register(KIND_NAMES)
# One call a class: members of different enums with the same text are equal and would meet in one mapping.
register(
    {
        InstrumentState.IN_FORCE: "现行有效",
        InstrumentState.NOT_YET: "尚未施行",
        InstrumentState.AMENDED: "已修改",
        InstrumentState.REPEALED: "已废止",
    }
)
register(
    {
        VersionAct.ADOPTED: "通过",
        VersionAct.REVISED: "修订",
        VersionAct.AMENDED: "修正",
        VersionAct.PUBLISHED: "公布",
    }
)
register(
    {
        Fate.UNCHANGED: "未变",
        Fate.CHANGED: "修改",
        Fate.RENUMBERED: "调整条号",
        Fate.RENUMBERED_CHANGED: "修改并调整条号",
        Fate.ADDED: "新增",
        Fate.DELETED: "删去",
    }
)
register({ListKind.COMMON: "通用", ListKind.FIELD: "分领域", ListKind.POST: "分岗位"})
