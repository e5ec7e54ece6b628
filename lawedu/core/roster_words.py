"""The words that offices write in rosters (名册用语): headings, kinds of people, yes and no.

Values on the right are the texts of the enums of `people`; the first word for each is its label on the pages. A test
holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

# 工作单位 stands last for `unit`: it is the unit only where no other column is.
UNIT_HEADINGS = (
    *("单位", "编制单位", "所在单位", "单位(编制)", "人事关系所在单位", "单位名称", "单位全称", "所属单位"),
    *("部门", "所在部门", "工作单位"),
)
HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "name": ("姓名", "人员姓名", "职工姓名"),
    "staff_number": ("工号", "职工号", "工号或学法编号", "学法编号", "人员编号", "职工编号", "员工编号", "编号"),
    "unit": UNIT_HEADINGS,
    "work_unit": ("工作单位", "实际工作单位", "单位(工作)", "借调单位", "现工作单位", "挂职单位"),
    "post_title": ("职务", "现任职务", "职务名称", "岗位", "岗位职务"),
    "grade_level": ("职级", "级别", "职务层次", "职级级别", "现职级"),
    "category": ("人员类别", "身份", "编制性质", "人员身份", "人员性质", "身份类别", "编制类型"),
    "is_leader": ("是否领导干部", "领导干部", "是否领导", "是否科级以上领导干部"),
    "is_enforcement": ("行政执法人员", "是否行政执法人员", "是否执法人员", "执法人员"),
    "cadre_authority": ("干部管理权限", "管理权限", "干部管理"),
    "mobile": ("手机号", "手机号码", "联系电话", "移动电话", "手机", "电话", "联系方式"),
    "sort_order": ("排序号", "排序", "顺序号"),
    "duty_state": ("在岗状态", "在职状态", "人员状态", "状态"),
    "exam_channel": ("考试渠道", "参考渠道", "参加考试渠道"),
}
REQUIRED: Final = ("name", "unit")
# 序号 only counts the rows of this sheet: it is known so that it is not reported as unread, and never becomes an order.
COUNTERS: Final = frozenset({"序号", "序", "行号", "No", "NO", "编号序号"})
IDENTITY: Final = ("身份证", "证件号", "公民身份号码")

FIELD_WORDS: Final[Mapping[str, str]] = {
    "name": "姓名",
    "staff_number": "工号",
    "unit": "单位",
    "work_unit": "工作单位",
    "post_title": "职务",
    "grade_level": "职级",
    "category": "人员类别",
    "is_leader": "是否领导干部",
    "is_enforcement": "行政执法人员",
    "cadre_authority": "干部管理权限",
    "mobile": "手机号",
    "sort_order": "排序号",
    "duty_state": "在岗状态",
    "exam_channel": "考试渠道",
}

CATEGORIES: Final[Mapping[str, str]] = {
    "公务员": "civil_servant",
    "行政": "civil_servant",
    "行政编制": "civil_servant",
    "参公人员": "reference_managed",
    "参公": "reference_managed",
    "参照公务员法管理": "reference_managed",
    "参照公务员法管理人员": "reference_managed",
    "参照公务员管理": "reference_managed",
    "事业人员": "institution_staff",
    "事业": "institution_staff",
    "事业编": "institution_staff",
    "事业编制": "institution_staff",
    "事业单位人员": "institution_staff",
    "事业单位工作人员": "institution_staff",
    "国企人员": "soe_staff",
    "国企": "soe_staff",
    "国有企业": "soe_staff",
    "国有企业人员": "soe_staff",
    "企业": "soe_staff",
    "村社区干部": "village_cadre",
    "村(社区)干部": "village_cadre",
    "村干部": "village_cadre",
    "社区干部": "village_cadre",
    "村居干部": "village_cadre",
    "两委干部": "village_cadre",
    "村“两委”干部": "village_cadre",
    "人民调解员": "mediator",
    "调解员": "mediator",
    "专职人民调解员": "mediator",
    "网格员": "grid_worker",
    "专职网格员": "grid_worker",
    "聘用人员": "contract_staff",
    "聘用": "contract_staff",
    "合同制": "contract_staff",
    "合同制人员": "contract_staff",
    "编外": "contract_staff",
    "编外人员": "contract_staff",
    "劳务派遣": "contract_staff",
    "公益性岗位": "contract_staff",
}
DUTY_STATES: Final[Mapping[str, str]] = {
    "在岗": "active",
    "在职": "active",
    "正常": "active",
    "借调外出": "seconded_out",
    "借出": "seconded_out",
    "借调": "seconded_out",
    "外借": "seconded_out",
    "挂职": "seconded_out",
    "抽调": "seconded_out",
    "长期休假": "long_leave",
    "长期请假": "long_leave",
    "长假": "long_leave",
    "病假": "long_leave",
    "产假": "long_leave",
    "离岗": "long_leave",
    "退休": "retired",
    "离退休": "retired",
    "调离": "left",
    "离职": "left",
    "调出": "left",
    "辞职": "left",
}
CHANNELS: Final[Mapping[str, str]] = {
    "区内": "zone",
    "区": "zone",
    "本区": "zone",
    "区级": "zone",
    "市级": "city",
    "市": "city",
    "市里": "city",
    "条线": "line",
    "系统": "line",
    "上级系统": "line",
    "垂管": "line",
}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "category": CATEGORIES,
    "duty_state": DUTY_STATES,
    "exam_channel": CHANNELS,
}
YES: Final = frozenset({"是", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "有", "对", "v"})
NO: Final = frozenset({"", "否", "×", "✗", "x", "0", "n", "no", "false", "无", "-", "—", "/", "\\", "非"})
