"""Forms for people, units and rosters (人员、单位、名册表单)."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lawedu import wording
from lawedu.core.roster_cells import BadCell, mobile_of, name_of, staff_number_of
from lawedu.people.models import DutyState, ExamChannel, PersonCategory, UnitKind
from lawedu.people.persons import PersonFacts
from lawedu.people.units import LARGEST_ORDER, MOST_AT_ONCE, UnitFacts
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"
UNIT_HINT = "全称、简称，或者“上级单位/单位”"


def _options(members: type[Enum]) -> list[SelectChoice]:
    return [SelectChoice(value, word) for value, word in wording.choices(members)]


class PeopleFilterForm(Form):
    """人员名册的筛选"""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("姓名、工号", [Length(max=40, message=TOO_LONG)])
    unit = StringField("单位（含下级）", [Length(max=120, message=TOO_LONG)])
    category = SelectField("人员类别", choices=lambda: [SelectChoice("", "全部"), *_options(PersonCategory)])
    state = SelectField("状态", choices=[SelectChoice("", "在册"), SelectChoice("gone", "调离、退休")])


class PersonForm(Form):
    """一名人员的基本情况"""

    name = StringField("姓名", [InputRequired("请填写姓名")])
    category = SelectField("人员类别", choices=lambda: _options(PersonCategory))
    post_title = StringField("职务", [Length(max=60, message=TOO_LONG)])
    grade_level = StringField("职级", [Length(max=60, message=TOO_LONG)])
    is_leader = BooleanField("领导干部")
    is_enforcement = BooleanField("行政执法人员")
    cadre_authority = StringField("干部管理权限", [Length(max=60, message=TOO_LONG)], description="如：区管、市管")
    duty_state = SelectField("在岗状态", choices=lambda: _options(DutyState))
    exam_channel = SelectField("考试渠道", choices=lambda: _options(ExamChannel))
    sort_order = IntegerField(
        "排序号",
        [Optional(), NumberRange(0, LARGEST_ORDER, "排序号应为 0 到 999999 的整数。")],
        description="名单中的先后次序，小的在前",
    )
    mobile = StringField("手机号", [Length(max=40, message=TOO_LONG)], description="可以用来登录；留空不改动")
    clear_mobile = BooleanField("删除已登记的手机号")

    def validate_name(self, field: Field) -> None:
        """As in a roster."""
        _read(field, name_of)

    def validate_mobile(self, field: Field) -> None:
        """Eleven digits; a landline is none."""
        notes: list[str] = []
        _read(field, lambda text: mobile_of(text, notes))
        if notes:
            raise ValidationError("请填写一个 11 位的手机号。")

    @property
    def facts(self) -> PersonFacts:
        """What was entered, for the deed."""
        mobile = "" if self.clear_mobile.data else (self.mobile.data or None)
        return PersonFacts(
            name=self.name.data,
            category=PersonCategory(self.category.data),
            post_title=self.post_title.data or "",
            grade_level=self.grade_level.data or "",
            is_leader=bool(self.is_leader.data),
            is_enforcement=bool(self.is_enforcement.data),
            cadre_authority=self.cadre_authority.data or "",
            duty_state=DutyState(self.duty_state.data),
            exam_channel=ExamChannel(self.exam_channel.data),
            sort_order=self.sort_order.data or 0,
            mobile=mobile,
        )


class NewPersonForm(PersonForm):
    """新增人员"""

    staff_number = StringField(
        "工号", [Length(max=40, message=TOO_LONG)], description="没有工号的留空，由系统给学法编号"
    )
    unit = StringField("单位", [InputRequired("请填写单位")], description=UNIT_HINT)

    def validate_staff_number(self, field: Field) -> None:
        """As in a roster."""
        _read(field, staff_number_of)


def _read(field: Field, reader: Any) -> None:
    """The roster's own reader for one cell decides, so that hand and sheet accept the same."""
    try:
        field.data = reader(field.data)
    except BadCell as bad:
        raise ValidationError(bad.text) from bad


class MoveForm(Form):
    """调动、借调"""

    unit = StringField("编制单位", [InputRequired("请填写编制单位")], description=UNIT_HINT)
    work_unit = StringField("工作单位", description="借调、挂职的填写；在本单位工作的留空")
    counts_at_work = BooleanField("统计时计入工作单位", description="不勾选时计入编制单位")
    on = DateField("自哪天起", [InputRequired("请填写日期")])
    reason = StringField(
        "原因", [InputRequired("请填写原因"), Length(max=100, message=TOO_LONG)], description="如：干部调整、抽调"
    )


class UnitForm(Form):
    """一个单位的基本情况"""

    name = StringField("单位名称", [InputRequired("请填写单位名称"), Length(max=80, message=TOO_LONG)])
    short_name = StringField("简称", [Length(max=40, message=TOO_LONG)])
    kind = SelectField("单位类别", choices=lambda: _options(UnitKind))
    sort_order = IntegerField(
        "机构序",
        [Optional(), NumberRange(0, LARGEST_ORDER, "机构序应为 0 到 999999 的整数。")],
        description="同一上级下的先后次序，小的在前；留空不改动",
    )

    @property
    def facts(self) -> UnitFacts:
        """What was entered, for the deed."""
        kind = UnitKind(self.kind.data)
        return UnitFacts(self.name.data, kind, self.short_name.data or "", self.sort_order.data)


class NewUnitsForm(Form):
    """新增单位，一个或者一批"""

    names = TextAreaField("单位名称", [InputRequired("请填写单位名称")], description="每行一个，按先后次序排列")
    kind = SelectField("单位类别", choices=lambda: _options(UnitKind))
    parent = StringField("上级单位", description=UNIT_HINT + "；没有上级的留空")

    @property
    def lines(self) -> list[str]:
        """Names, without empty lines and repeats."""
        return list(dict.fromkeys(filter(None, (line.strip(" \t　") for line in (self.names.data or "").splitlines()))))

    def validate_names(self, field: Field) -> None:
        """At most 200 lines of at most 80 characters."""
        if len(self.lines) > MOST_AT_ONCE:
            raise ValidationError(f"一次最多新增 {MOST_AT_ONCE} 个单位。")
        if any(len(line) > 80 for line in self.lines):
            raise ValidationError("单位名称最多 80 个字。")


class MoveUnitForm(Form):
    """调整上级单位"""

    parent = StringField("新的上级单位", description=UNIT_HINT + "；没有上级的留空")


class UploadForm(Form):
    """上传名册"""

    file = FileField(
        "名册文件", [FileRequired("请选择文件")], description="Excel（.xlsx、.xls）或 CSV，不超过 10 MB、5 万行"
    )


class UnitUploadForm(Form):
    """上传单位表"""

    file = FileField(
        "单位表", [FileRequired("请选择文件")], description="Excel（.xlsx、.xls）或 CSV，不超过 10 MB、2000 个单位"
    )


class ApplyForm(Form):
    """确认导入"""

    mark_missing = BooleanField("同时把“未出现”的人员登记为调离")
