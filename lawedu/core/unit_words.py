"""The words that offices write in sheets of units (单位表用语): headings, kinds, and endings that tell a kind.

Values on the right are the texts of `UnitKind`; the first word for each is its label on the pages. A test holds them
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "name": (
        *("单位名称", "机构名称", "部门名称", "单位全称", "机构全称", "名称", "全称"),
        *("单位", "机构", "部门", "内设机构名称"),
    ),
    "parent": (
        *("上级单位", "上级机构", "上级部门", "上级单位名称", "上级机构名称", "上级", "直接上级"),
        *("隶属单位", "隶属关系", "所属单位", "所属机构", "父级单位", "父级", "所属街道"),
    ),
    "kind": (
        *("单位类别", "机构类别", "单位类型", "机构类型", "单位性质", "机构性质"),
        *("类别", "类型", "性质"),
    ),
    "sort_order": ("机构序", "排序号", "机构序号", "机构排序", "单位排序", "排序", "顺序号"),
    "short_name": ("简称", "单位简称", "机构简称", "规范简称"),
    "old_parent": ("原上级单位", "原上级机构", "原上级部门", "原上级", "原隶属单位", "调整前上级单位"),
}
REQUIRED: Final = ("name",)
NUMERALS: Final = "一二三四五"
LEVELS: Final = tuple(f"level_{number}" for number in range(1, len(NUMERALS) + 1))
LEVEL_HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    **{
        level: (
            *(f"{numeral}级{noun}" for noun in ("单位", "机构", "部门", "单位名称", "机构名称", "名称")),
            *(f"第{numeral}级", f"第{numeral}级单位", f"{numeral}级"),
            *(f"{number}级单位", f"{number}级机构"),
        )
        for number, (level, numeral) in enumerate(zip(LEVELS, NUMERALS, strict=True), 1)
    },
    **{field: HEADINGS[field] for field in ("kind", "sort_order", "short_name")},
}
LEVELS_REQUIRED: Final = LEVELS[:2]
COUNTERS: Final = frozenset({"序号", "序", "行号", "No", "NO"})
PEOPLE: Final = frozenset({"姓名", "人员姓名", "职工姓名", "工号", "人员类别"})
# A cell 原上级单位 that says: there was none, this is a new unit although another one bears its name.
NONE: Final = frozenset({"无", "新", "新增", "新设", "新建", "-", "—", "/"})

FIELD_WORDS: Final[Mapping[str, str]] = {
    "name": "单位名称",
    "parent": "上级单位",
    "kind": "单位类别",
    "sort_order": "机构序",
    "short_name": "简称",
    "old_parent": "原上级单位",
    **{level: f"{numeral}级单位" for level, numeral in zip(LEVELS, NUMERALS, strict=True)},
}

KINDS: Final[Mapping[str, str]] = {
    "高新区": "zone",
    "高新技术产业开发区": "zone",
    "开发区": "zone",
    "园区": "zone",
    "管委会": "zone",
    "全区": "zone",
    "内设机构": "internal_office",
    "内设部门": "internal_office",
    "内设科室": "internal_office",
    "内设": "internal_office",
    "管委会部门": "internal_office",
    "区直部门": "internal_office",
    "区直机关": "internal_office",
    "机关部门": "internal_office",
    "工作部门": "internal_office",
    "工作机构": "internal_office",
    "机关": "internal_office",
    "部门": "internal_office",
    "科室": "internal_office",
    "双管单位": "dual_managed",
    "双管": "dual_managed",
    "双重管理": "dual_managed",
    "双重管理单位": "dual_managed",
    "垂管单位": "dual_managed",
    "垂管": "dual_managed",
    "垂直管理单位": "dual_managed",
    "派驻机构": "dual_managed",
    "派驻单位": "dual_managed",
    "驻区单位": "dual_managed",
    "驻区机构": "dual_managed",
    "集团公司": "group_company",
    "集团": "group_company",
    "公司": "group_company",
    "区属国企": "group_company",
    "区属企业": "group_company",
    "国有企业": "group_company",
    "国企": "group_company",
    "企业": "group_company",
    "平台公司": "group_company",
    "街道": "subdistrict",
    "街道办事处": "subdistrict",
    "街道办": "subdistrict",
    "镇": "subdistrict",
    "乡": "subdistrict",
    "乡镇": "subdistrict",
    "镇街": "subdistrict",
    "街镇": "subdistrict",
    "镇街道": "subdistrict",
    "镇(街道)": "subdistrict",
    "乡镇街道": "subdistrict",
    "乡镇(街道)": "subdistrict",
    "村、社区": "village",
    "村居": "village",
    "村社区": "village",
    "村(社区)": "village",
    "村(居)": "village",
    "村": "village",
    "社区": "village",
    "行政村": "village",
    "村委会": "village",
    "居委会": "village",
    "村民委员会": "village",
    "居民委员会": "village",
    "其他单位": "other",
    "其他": "other",
    "其它": "other",
    "其它单位": "other",
    "事业单位": "other",
}
# Names that leave no doubt; whether a 分局 is 内设 or 双管 cannot be told from its name.
ENDINGS: Final[Sequence[tuple[Sequence[str], str]]] = (
    (("街道", "街道办事处", "街道办"), "subdistrict"),
    (("村", "社区", "村民委员会", "居民委员会", "村委会", "居委会"), "village"),
    (("集团", "公司"), "group_company"),
)
