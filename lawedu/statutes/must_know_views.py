"""Doors of must-know lists (应知应会清单): one's own lists, and the organizer's bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu.core.must_know import ArticlesUnclear, ListKind, read_articles, spell_articles
from lawedu.db import transaction
from lawedu.people.models import PersonCategory
from lawedu.statutes import must_know, must_know_queries
from lawedu.statutes.models import MustKnowList
from lawedu.statutes.must_know_forms import ItemsForm, ListForm
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("must_know", __name__)


@bp.get("/must-know")
@access("must_know.view")
def index() -> str:
    """我的应知应会清单: one's own lists with what one has read."""
    own, others = must_know_queries.lists_of(actor())
    return render_template("must_know/index.html", own=own, others=others)


@bp.get("/must-know/<int:list_id>")
@access("must_know.view")
def show(list_id: int) -> str:
    """Any list in use, whoever it is for."""
    chosen = must_know_queries.get_list(list_id, only_open=True)
    return render_template("must_know/show.html", view=must_know_queries.see(actor(), [chosen])[0])


@bp.post("/must-know/items/<int:item_id>/read")
@access("must_know.read")
def read(item_id: int) -> Any:
    """已读."""
    with transaction():
        item = must_know_queries.get_item(item_id)
        must_know.mark_read(actor(), item)
        title = item.title
    flash(f"《{title}》已标为已读。", "ok")
    return redirect(_back(item_id), 303)


@bp.post("/must-know/items/<int:item_id>/unread")
@access("must_know.read")
def unread(item_id: int) -> Any:
    """取消已读."""
    with transaction():
        must_know.withdraw_mark(actor(), must_know_queries.get_item(item_id))
    return redirect(_back(item_id), 303)


def _back(item_id: int) -> str:
    """To the page of the list when the click came from there, else to one's own lists."""
    if request.form.get("from") == "list":
        list_id = must_know_queries.get_item(item_id).list_id
        return url_for("must_know.show", list_id=list_id, _anchor=f"i{item_id}")
    return url_for("must_know.index", _anchor=f"i{item_id}")


@bp.get("/bench/must-know")
@access("must_know.edit")
def lists() -> str:
    """All lists."""
    closed = request.args.get("closed") == "1"
    page = paged(must_know_queries.select_lists(closed=closed))
    counts = must_know_queries.count_items([one.id for one in page.items])
    return render_template("must_know/lists.html", page=page, counts=counts, closed=closed)


def _list_form(chosen: MustKnowList | None = None) -> ListForm:
    form = ListForm(obj=chosen, data={"kind": ListKind.COMMON.value} if chosen is None else None)
    form.unit_id.choices = [("", "全区"), *((str(u.id), u.name) for u in must_know_queries.list_units())]
    if chosen is not None and request.method == "GET":
        form.kind.data = chosen.kind.value
        form.category.data = chosen.category.value if chosen.category else ""
        form.unit_id.data = str(chosen.unit_id or "")
    return form


def _values(form: ListForm) -> must_know.ListValues:
    return must_know.ListValues(
        kind=ListKind(form.kind.data),
        name=form.name.data or "",
        note=form.note.data or "",
        unit=must_know_queries.find_unit(row_number(form.unit_id.data)) if form.unit_id.data else None,
        category=PersonCategory(form.category.data) if form.category.data else None,
        leaders_only=bool(form.leaders_only.data),
        enforcement_only=bool(form.enforcement_only.data),
    )


@bp.get("/bench/must-know/new")
@access("must_know.edit")
def new() -> str:
    """The form of a new list."""
    return render_template("must_know/edit.html", form=_list_form(), chosen=None)


@bp.post("/bench/must-know/new")
@access("must_know.edit")
def create() -> Any:
    """Make it."""
    form = _list_form()
    if not form.validate():
        return render_template("must_know/edit.html", form=form, chosen=None), 422
    try:
        with transaction():
            list_id = must_know.add_list(actor(), _values(form)).id
    except must_know.ListNameTaken as refusal:
        form.name.errors = [refusal.text]
        return render_template("must_know/edit.html", form=form, chosen=None), refusal.status
    flash("清单已建立，请添加法律、法规。", "ok")
    return redirect(url_for("must_know.items", list_id=list_id), 303)


@bp.get("/bench/must-know/<int:list_id>/edit")
@access("must_know.edit")
def edit(list_id: int) -> str:
    """Name, kind, whose list it is."""
    chosen = must_know_queries.get_list(list_id)
    return render_template("must_know/edit.html", form=_list_form(chosen), chosen=chosen)


@bp.post("/bench/must-know/<int:list_id>/edit")
@access("must_know.edit")
def change(list_id: int) -> Any:
    """Save them."""
    form = _list_form()
    if not form.validate():
        return render_template("must_know/edit.html", form=form, chosen=must_know_queries.get_list(list_id)), 422
    try:
        with transaction():
            must_know.change_list(actor(), must_know_queries.get_list(list_id, lock=True), _values(form))
    except must_know.ListNameTaken as refusal:
        form.name.errors = [refusal.text]
        chosen = must_know_queries.get_list(list_id)
        return render_template("must_know/edit.html", form=form, chosen=chosen), refusal.status
    flash("清单已保存。", "ok")
    return redirect(url_for("must_know.items", list_id=list_id), 303)


@bp.get("/bench/must-know/<int:list_id>")
@access("must_know.edit")
def items(list_id: int) -> str:
    """The laws of a list."""
    return _items(list_id, ItemsForm(None))


def _items(list_id: int, form: ItemsForm) -> str:
    chosen = must_know_queries.get_list(list_id)
    articles = {item.id: spell_articles(read_articles(item.articles)) for item in chosen.items}
    return render_template("must_know/items.html", chosen=chosen, form=form, articles=articles)


@bp.post("/bench/must-know/<int:list_id>/items")
@access("must_know.edit")
def add_items(list_id: int) -> Any:
    """Add laws, a line each."""
    form = ItemsForm()
    if not form.validate():
        return _items(list_id, form), 422
    try:
        with transaction():
            chosen = must_know_queries.get_list(list_id, lock=True)
            added = must_know.add_items(actor(), chosen, form.lines.data or "")
    except (must_know.ItemsUnclear, ArticlesUnclear) as refusal:
        form.lines.errors = [refusal.text]
        return _items(list_id, form), refusal.status
    flash(f"已添加 {added} 部。" if added else "清单中已有这些法律，条文范围已更新。", "ok")
    return redirect(url_for("must_know.items", list_id=list_id), 303)


def _deed(list_id: int, done: str, deed: Callable[[], None]) -> Any:
    with transaction():
        deed()
    flash(done, "ok")
    return redirect(url_for("must_know.items", list_id=list_id), 303)


@bp.post("/bench/must-know/items/<int:item_id>/remove")
@access("must_know.edit")
def remove_item(item_id: int) -> Any:
    """Take a law off."""
    list_id = must_know_queries.get_item(item_id).list_id
    return _deed(
        list_id, "已从清单中删去。", lambda: must_know.remove_item(actor(), must_know_queries.get_item(item_id))
    )


@bp.post("/bench/must-know/items/<int:item_id>/up")
@access("must_know.edit")
def move_up(item_id: int) -> Any:
    """One place up."""
    list_id = must_know_queries.get_item(item_id).list_id
    return _deed(list_id, "已上移一位。", lambda: must_know.move_up(actor(), must_know_queries.get_item(item_id)))


@bp.post("/bench/must-know/<int:list_id>/close")
@access("must_know.edit")
def close(list_id: int) -> Any:
    """Out of use."""
    return _deed(
        list_id,
        "清单已停用，有关人员不再看到。",
        lambda: must_know.close_list(actor(), must_know_queries.get_list(list_id, lock=True)),
    )


@bp.post("/bench/must-know/<int:list_id>/reopen")
@access("must_know.edit")
def reopen(list_id: int) -> Any:
    """Back in use."""
    return _deed(
        list_id,
        "清单已恢复使用。",
        lambda: must_know.reopen_list(actor(), must_know_queries.get_list(list_id, lock=True)),
    )
