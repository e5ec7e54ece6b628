"""Chinese words of this slice (用语)."""

from __future__ import annotations

from lawedu import wording
from lawedu.core.policy import Role
from lawedu.people.models import (
    AccountState,
    ApprovalState,
    DutyState,
    ExamChannel,
    PersonCategory,
    PostingKind,
    UnitKind,
)

# One call for each enum: members of two enums with the same text are equal and would overwrite each other in one dict.
wording.register(
    {
        Role.OFFICIAL: "国家工作人员",
        Role.UNIT_ADMIN: "单位联络员",
        Role.ORGANIZER: "讲座组织员",
        Role.AUTHOR: "命题员",
        Role.REVIEWER: "审题员",
        Role.EXAM_ADMIN: "考务管理员",
        Role.HR: "组织人事",
        Role.LEADER: "领导",
        Role.INVIGILATOR: "监考员",
        Role.MARKER: "阅卷员",
        Role.INSPECTOR: "法治督察",
        Role.AUDITOR: "审计管理员",
        Role.SECURITY_ADMIN: "安全管理员",
        Role.SYSTEM_ADMIN: "系统管理员",
    }
)
wording.register(
    {
        UnitKind.ZONE: "高新区",
        UnitKind.INTERNAL_OFFICE: "内设机构",
        UnitKind.DUAL_MANAGED: "双管单位",
        UnitKind.GROUP_COMPANY: "集团公司",
        UnitKind.SUBDISTRICT: "街道",
        UnitKind.VILLAGE: "村、社区",
        UnitKind.OTHER: "其他单位",
    }
)
wording.register(
    {
        PersonCategory.CIVIL_SERVANT: "公务员",
        PersonCategory.REFERENCE_MANAGED: "参公人员",
        PersonCategory.INSTITUTION_STAFF: "事业人员",
        PersonCategory.SOE_STAFF: "国企人员",
        PersonCategory.VILLAGE_CADRE: "村社区干部",
        PersonCategory.MEDIATOR: "人民调解员",
        PersonCategory.GRID_WORKER: "网格员",
        PersonCategory.CONTRACT_STAFF: "聘用人员",
    }
)
wording.register(
    {
        DutyState.ACTIVE: "在岗",
        DutyState.SECONDED_OUT: "借调外出",
        DutyState.LONG_LEAVE: "长期休假",
        DutyState.RETIRED: "退休",
        DutyState.LEFT: "调离",
    }
)
wording.register(
    {
        ExamChannel.ZONE: "区内",
        ExamChannel.CITY: "市级",
        ExamChannel.LINE: "条线",
    }
)
wording.register(
    {
        PostingKind.ESTABLISHMENT: "编制单位",
        PostingKind.WORK: "工作单位",
    }
)
wording.register(
    {
        AccountState.NEW: "未开通",
        AccountState.ACTIVE: "已开通",
        AccountState.DISABLED: "已停用",
    }
)
wording.register(
    {
        ApprovalState.PENDING: "待审批",
        ApprovalState.APPROVED: "已同意",
        ApprovalState.REJECTED: "未同意",
        ApprovalState.WITHDRAWN: "已撤回",
    }
)
