"""Doors for the audience (应考范围): rules, drawing up the list, single changes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.exams import audience, audience_queries, candidates, roster_queries
from lawedu.exams.models import AudienceEffect, Exam
from lawedu.exams.roster_forms import PersonReasonForm, RuleForm, SearchForm
from lawedu.people.models import PersonCategory, Unit
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("audience", __name__)


def _rule_form() -> RuleForm:
    form = RuleForm()
    form.unit_id.choices = [("", "全区"), *((str(unit.id), unit.name) for unit in audience_queries.list_units())]
    return form


@bp.get("/bench/exams/<int:exam_id>/audience")
@access("exam.edit")
def index(exam_id: int) -> str:
    """The rules, what they say today, and people per unit."""
    return _index(audience_queries.get_exam(exam_id), _rule_form())


def _index(exam: Exam, form: RuleForm, refused: str = "") -> str:
    return render_template(
        "audience/index.html",
        exam=exam,
        form=form,
        refused=refused,
        rules=audience_queries.list_group_rules(exam.id),
        required=audience_queries.count_required(exam.id),
        listed=audience_queries.count_listed(exam.id),
        page=paged(roster_queries.select_counts(exam.id), scalars=False),
    )


@bp.post("/bench/exams/<int:exam_id>/audience/rules")
@access("exam.edit")
def add_rule(exam_id: int) -> Any:
    """Add a rule; the list follows when it is drawn up."""
    form = _rule_form()
    if not form.validate():
        return _index(audience_queries.get_exam(exam_id), form), 422
    try:
        with transaction():
            exam = audience_queries.get_exam(exam_id, lock=True)
            audience.add_rule(
                actor(),
                exam,
                AudienceEffect(form.effect.data),
                _unit(form.unit_id.data),
                PersonCategory(form.category.data) if form.category.data else None,
                form.leaders_only.data,
            )
    except (audience.RuleRepeated, audience.RosterLocked, audience.ExamCancelled) as refusal:
        return _index(audience_queries.get_exam(exam_id), form, refusal.text), refusal.status
    flash("规则已添加。请核对下面的人数，然后生成名单。", "ok")
    return redirect(url_for("audience.index", exam_id=exam_id), 303)


def _unit(typed: str) -> Unit | None:
    return roster_queries.get_unit(actor(), "roster.view", row_number(typed)) if typed else None


@bp.post("/bench/exams/<int:exam_id>/audience/rules/<int:rule_id>/remove")
@access("exam.edit")
def remove_rule(exam_id: int, rule_id: int) -> Any:
    """Take a rule away."""
    with transaction():
        exam = audience_queries.get_exam(exam_id, lock=True)
        audience.remove_rule(actor(), exam, audience_queries.get_group_rule(exam_id, rule_id))
    flash("规则已删除。名单在重新生成以后才会变动。", "ok")
    return redirect(url_for("audience.index", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/audience/draw-up")
@access("exam.edit")
def draw_up(exam_id: int) -> Any:
    """Make the list follow the rules."""
    try:
        with transaction():
            done = audience.draw_up(actor(), audience_queries.get_exam(exam_id, lock=True))
    except audience.NoAudience as refusal:
        return _index(audience_queries.get_exam(exam_id), _rule_form(), refusal.text), refusal.status
    changes = f"新增 {done.added} 人，移出 {done.removed} 人，变更单位 {done.moved} 人"
    flash(f"名单已生成，共 {done.total} 人（{changes}）。", "ok")
    return redirect(url_for("audience.index", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/audience/people")
@access("roster.change")
def people(exam_id: int) -> str:
    """Everybody on the list, or everybody taken off it."""
    exam = audience_queries.get_exam(exam_id)
    search = SearchForm(request.args)
    removed = request.args.get("removed") == "1"
    text = search.q.data if search.validate() else ""
    page = paged(roster_queries.select_people(exam.id, text or "", removed))
    return render_template("audience/people.html", exam=exam, search=search, removed=removed, page=page)


@bp.get("/bench/exams/<int:exam_id>/audience/add")
@access("roster.change")
def find_person(exam_id: int) -> str:
    """Find whom to add."""
    exam = audience_queries.get_exam(exam_id)
    search = SearchForm(request.args)
    text = (search.q.data or "") if search.validate() else ""
    found = audience_queries.search_people(text)
    listed = audience_queries.listed_among(exam.id, [person.id for person in found])
    return render_template("audience/find.html", exam=exam, search=search, asked=text, found=found, listed=listed)


@bp.get("/bench/exams/<int:exam_id>/audience/add/<int:person_id>")
@access("roster.change")
def add_form(exam_id: int, person_id: int) -> str:
    """The person, and the reason."""
    return _add_page(exam_id, person_id, PersonReasonForm())


def _add_page(exam_id: int, person_id: int, form: PersonReasonForm) -> str:
    exam, person = audience_queries.get_exam(exam_id), audience_queries.get_person(person_id)
    return render_template("audience/add.html", exam=exam, person=person, form=form)


@bp.post("/bench/exams/<int:exam_id>/audience/add/<int:person_id>")
@access("roster.change")
def add_person(exam_id: int, person_id: int) -> Any:
    """Put them on the list."""
    form = PersonReasonForm()
    if not form.validate():
        return _add_page(exam_id, person_id, form), 422
    try:
        with transaction():
            exam = audience_queries.get_exam(exam_id, lock=True)
            person = audience_queries.get_person(person_id)
            candidates.add_candidate(actor(), exam, person, form.reason.data or "")
            name = person.name
    except Refusal as refusal:
        _refuse(form, refusal)
        return _add_page(exam_id, person_id, form), refusal.status
    flash(f"已将{name}列入应考名单。", "ok")
    return redirect(url_for("audience.people", exam_id=exam_id, q=name), 303)


@bp.get("/bench/exams/<int:exam_id>/audience/people/<int:candidate_id>/remove")
@access("roster.change")
def remove_form(exam_id: int, candidate_id: int) -> str:
    """Who is to be taken off, and why."""
    return _remove_page(exam_id, candidate_id, PersonReasonForm())


def _remove_page(exam_id: int, candidate_id: int, form: PersonReasonForm) -> str:
    exam = audience_queries.get_exam(exam_id)
    candidate = audience_queries.get_candidate(exam_id, candidate_id)
    return render_template("audience/remove.html", exam=exam, candidate=candidate, form=form)


@bp.post("/bench/exams/<int:exam_id>/audience/people/<int:candidate_id>/remove")
@access("roster.change")
def remove_person(exam_id: int, candidate_id: int) -> Any:
    """Take them off the list."""
    form = PersonReasonForm()
    if not form.validate():
        return _remove_page(exam_id, candidate_id, form), 422
    try:
        with transaction():
            exam = audience_queries.get_exam(exam_id, lock=True)
            candidate = audience_queries.get_candidate(exam_id, candidate_id, lock=True)
            candidates.remove_candidate(actor(), exam, candidate, form.reason.data or "")
            name = candidate.person.name
    except Refusal as refusal:
        _refuse(form, refusal)
        return _remove_page(exam_id, candidate_id, form), refusal.status
    flash(f"已将{name}移出应考名单。", "ok")
    return redirect(url_for("audience.people", exam_id=exam_id), 303)


def _refuse(form: PersonReasonForm, refusal: Refusal) -> None:
    """At the field when it is about the reason, over the form otherwise; what does not exist is not found."""
    if refusal.status in (403, 404, 503):
        raise refusal
    if isinstance(refusal, candidates.ReasonMissing):
        form.reason.errors = [refusal.text]
    else:
        form.form_errors = [refusal.text]
