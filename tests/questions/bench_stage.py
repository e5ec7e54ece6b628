"""The stage for the question bench (搭台): people who write and review, a law in two versions, questions on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from lawedu import clock
from lawedu.core.policy import MACHINE, Role
from lawedu.core.statute_citation import label_of, tidy_name
from lawedu.core.statute_text import Origin, short_title
from lawedu.core.statutes import InstrumentKind, VersionAct
from lawedu.db import db, transaction
from lawedu.people.models import Person, Unit
from lawedu.questions import services
from lawedu.questions.models import Question, QuestionVersion
from lawedu.statutes.currency import VersionBecameCurrent, refresh_current
from lawedu.statutes.models import Article, Instrument, InstrumentName, InstrumentVersion
from tests import cast
from tests.questions.banks import LAW, entry, write_bank

OLD, NEW = date(2021, 1, 22), date(2026, 6, 1)
# 31 stays, 32 is reworded, 33 becomes 34, 35 goes, and 36 stays.
TEXT: Mapping[int, str] = {
    31: "精神病人在不能辨认自己行为时有违法行为的，不予行政处罚，但应当责令其监护人严加看管和治疗。",
    32: "当事人主动消除违法行为危害后果的，应当从轻或者减轻行政处罚。",
    33: "违法行为轻微并及时改正，没有造成危害后果的，不予行政处罚。\n依法不予行政处罚的，应当对当事人进行教育。",
    35: "行政机关可以依法制定行政处罚裁量基准，规范行使行政处罚裁量权，裁量基准应当向社会公布。",
    36: "违法行为在二年内未被发现的，不再给予行政处罚；法律另有规定的除外。",
}
LATER: Mapping[int, str] = {
    31: TEXT[31],
    32: "当事人主动消除或者减轻违法行为危害后果的，可以从轻或者减轻行政处罚。",
    33: "当事人配合查处并有立功表现的，行政机关在作出决定之前应当听取其所在单位的意见。",
    34: TEXT[33],
    36: TEXT[36],
}


def author(unit: Unit, name: str = "韩静") -> Person:
    """Somebody who writes questions."""
    return cast.official(unit, name, Role.AUTHOR)


def reviewer(unit: Unit, name: str = "郑守仁") -> Person:
    """Somebody who reviews them."""
    return cast.official(unit, name, Role.REVIEWER)


def add_law(texts: Mapping[int, str] = TEXT, version_on: date = OLD, title: str = LAW) -> InstrumentVersion:
    """A version of a law in the library, in force since its date. Committed; nothing is announced yet."""
    instrument = db.session.scalar(select(Instrument).where(Instrument.title == title))
    if instrument is None:
        instrument = Instrument(
            title=title, short_title=short_title(title), kind=InstrumentKind.LAW, adopted_on=date(1996, 3, 17)
        )
        db.session.add(instrument)
        db.session.flush()
        for name in {title, short_title(title)}:
            db.session.add(InstrumentName(instrument_id=instrument.id, name=tidy_name(name)))
    version = InstrumentVersion(
        instrument_id=instrument.id,
        version_on=version_on,
        in_force_on=version_on,
        act=VersionAct.REVISED,
        origin=next(iter(Origin)),
        article_count=len(texts),
        loaded_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    for position, (number, text) in enumerate(texts.items(), 1):
        db.session.add(
            Article(version_id=version.id, number=number, label=label_of(number), position=position, text=text)
        )
    db.session.commit()
    become_current()
    return version


def become_current() -> Sequence[VersionBecameCurrent]:
    """What the library does after a load and every day: the text that holds today becomes the current one."""
    with transaction():
        return refresh_current(clock.now(), clock.today())


def on(article: int | str, number: int, **changes: Any) -> dict[str, Any]:
    """A faultless entry resting on one article of the old text."""
    labels = {31: "第三十一条", 32: "第三十二条", 33: "第三十三条", 35: "第三十五条", 36: "第三十六条"}
    made = entry(number, basis=[{"instrument": LAW, "version": OLD.isoformat(), "article": article}])
    made["explanation"] = made["explanation"].replace("第三十三条", labels.get(int(article), "第三十三条"))
    return made | changes


def load(folder: Path, *entries: dict[str, Any]) -> services.BankLoad:
    """These entries as the bank's files. Committed."""
    with transaction():
        return services.load_bank(MACHINE, write_bank(folder, entries))


def question(code_or_id: str | int) -> Question:
    """A question as it is in the database now."""
    db.session.rollback()
    field = Question.code if isinstance(code_or_id, str) else Question.id
    return db.session.scalars(select(Question).where(field == code_or_id)).one()


def versions(question_id: int) -> Sequence[QuestionVersion]:
    """Its versions, the first one first."""
    db.session.rollback()
    query = select(QuestionVersion).where(QuestionVersion.question_id == question_id)
    return db.session.scalars(query.order_by(QuestionVersion.version_no)).all()


def fields(**changes: Any) -> dict[str, Any]:
    """The editor filled in: a faultless single choice on article 33."""
    made = entry(1)
    filled: dict[str, Any] = {
        "edit_no": "0",
        "kind": "single_choice",
        "domain": "行政处罚",
        "difficulty": "2",
        "stem": made["stem"],
        "right": made["answer"],
        "explanation": made["explanation"],
        "audience": ["all"],
        "use": ["practice", "exam"],
        "basis-0-cite": "行政处罚法 33",
    }
    for place, text in enumerate(made["options"].values()):
        filled[f"options-{place}-text"] = text
    return filled | changes


def write(client: FlaskClient, do: str = "save", url: str = "/bench/questions/new", **changes: Any) -> Any:
    """Press a button of the editor."""
    return cast.post(client, url, {**fields(**changes), "do": do})
