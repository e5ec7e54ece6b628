"""What liaisons find wrong on a list (名单问题)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.db import Base, text_enum
from lawedu.exams.models import Exam
from lawedu.people.models import Person, Unit


class RosterNoteKind(StrEnum):
    """What should change (应增加、应去掉)."""

    ADD = "add"
    REMOVE = "remove"


class RosterNoteOutcome(StrEnum):
    """What became of it (处理结果)."""

    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RosterNote(Base):
    """Note on a unit's list (名单问题): who should be on it or off it and why; one outcome follows."""

    __tablename__ = "roster_note"
    __table_args__ = (
        Index("ix_roster_note_unit", "exam_id", "unit_id"),
        Index("ix_roster_note_open", "exam_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[RosterNoteKind] = mapped_column(text_enum(RosterNoteKind))
    # Of someone to be added only what the liaison knows is kept, as typed; looking people up elsewhere is not theirs.
    who: Mapped[str] = mapped_column(default="")
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidate.id"))
    reason: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime]
    outcome: Mapped[RosterNoteOutcome | None] = mapped_column(text_enum(RosterNoteOutcome))
    answer: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship()
    unit: Mapped[Unit] = relationship()
    raiser: Mapped[Person] = relationship(foreign_keys=[raised_by])

    @property
    def unit_path(self) -> str:
        return self.unit.path
