"""Form macros: faults are named beside the field and above the form, and what was typed stays."""

from collections.abc import Callable

from jinja2 import Environment
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError


class Part(Form):
    """A form inside a form."""

    place = StringField("地点", [DataRequired("请填写地点")])


class Sample(Form):
    """One field of each kind."""

    title = StringField("考试名称", [DataRequired("请填写考试名称")], description="不超过 30 个字")
    minutes = IntegerField("作答时长")
    mode = RadioField(
        "出卷方式",
        [DataRequired("请选择出卷方式")],
        choices=[SelectChoice("1", "同一套"), SelectChoice("2", "每人一套")],
    )
    groups = SelectMultipleField(
        "参加人员",
        choices=[SelectChoice("1", "领导干部"), SelectChoice("2", "行政执法人员")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    unit = SelectField("单位", choices=[SelectChoice("1", "应急管理局")])
    scan = FileField("盖章材料")
    note = TextAreaField("说明")
    secret = PasswordField("密码")
    agreed = BooleanField("我已核对", [DataRequired("请确认已核对")])
    rooms = FieldList(FormField(Part), min_entries=1)

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse one word, so that a kept value can be seen."""
        if field.data == "<b>错</b>":
            raise ValidationError("说明不能这样写")


def refused() -> Sample:
    form = Sample(MultiDict({"note": "<b>错</b>", "unit": "1"}))
    assert not form.validate()
    return form


def test_the_summary_counts_and_links_to_fields(say: Callable[..., str]) -> None:
    page = say('{{ f.error_summary(form, extra=["名单已经锁定"]) }}', form=refused())

    assert "有 6 处需要更正" in page
    assert '<a href="#title">请填写考试名称</a>' in page
    assert '<a href="#mode-0">请选择出卷方式</a>' in page
    assert '<a href="#rooms-0-place">请填写地点</a>' in page
    assert "<li>名单已经锁定</li>" in page


def test_without_faults_there_is_no_summary(say: Callable[..., str]) -> None:
    assert say("{{ f.error_summary(form) }}", form=Sample()) == ""


def test_a_refused_field_keeps_its_value_and_names_its_fault(say: Callable[..., str]) -> None:
    note = say("{{ f.field(form.note, rows=3) }}", form=refused())

    assert "&lt;b&gt;错&lt;/b&gt;</textarea>" in note
    assert 'aria-invalid="true"' in note
    assert 'aria-describedby="note-error"' in note
    assert 'rows="3"' in note
    assert 'id="note-error"' in note
    assert "说明不能这样写" in note


def test_a_required_field_says_so_in_words(say: Callable[..., str]) -> None:
    title = say("{{ f.field(form.title) }}", form=Sample())

    assert '<span class="req">必填</span>' in title
    assert 'aria-describedby="title-hint"' in title
    assert 'aria-required="true"' in title
    assert " required" not in title


def test_each_kind_of_field_has_its_shape(say: Callable[..., str]) -> None:
    page = say(
        "{{ f.form_open(form, action='/x', multipart=True) }}{% for one in form if one.name != 'rooms' %}"
        "{{ f.field(one) }}{% endfor %}{{ f.submit('保存考试') }}{{ f.form_close() }}",
        form=Sample(),
    )

    assert page.count('<fieldset class="field"') == 2
    assert page.count('type="radio"') == page.count('type="checkbox"') - 1 == 2
    assert 'enctype="multipart/form-data"' in page
    assert 'name="csrf_token" value="the-token"' in page
    assert 'type="password"' in page
    assert page.endswith("</form>")


def test_a_field_takes_a_width_a_unit_and_attributes(say: Callable[..., str]) -> None:
    page = say("{{ f.field(form.minutes, width=6, suffix='分钟', inputmode='numeric') }}", form=Sample())

    assert "input input--w6" in page
    assert "<span>分钟</span>" in page
    assert 'inputmode="numeric"' in page


def test_filters_are_read_by_get(say: Callable[..., str]) -> None:
    page = say("{% call f.filters('/list') %}{{ f.filter_field(form.unit, width=10) }}{% endcall %}", form=Sample())

    assert 'method="get"' in page
    assert "input--w10" in page
    assert "csrf" not in page


def test_a_refused_form_changes_the_title(jinja: Environment) -> None:
    assert "<title>更正：" in jinja.get_template("layout/site.html").render(form=refused())
