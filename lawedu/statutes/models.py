"""The law library (法律库): instruments, their versions, articles; must-know lists and what people have read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.must_know import ListKind
from lawedu.core.statute_citation import slug_of
from lawedu.core.statute_text import Origin
from lawedu.core.statutes import InstrumentKind, Repeal, VersionAct, VersionFacts
from lawedu.db import Base, text_enum
from lawedu.people.models import PersonCategory, Unit

# The search index stands beside the tables; each engine keeps it in its own way (search_index).
SEARCH_TABLE = "article_search"


class Instrument(Base):
    """Instrument (法律文件): a law, regulation or Party rule; what it says is in its versions."""

    __tablename__ = "instrument"
    __table_args__ = (Index("ix_instrument_list", "kind", "department", "short_title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    short_title: Mapped[str]
    kind: Mapped[InstrumentKind] = mapped_column(text_enum(InstrumentKind))
    department: Mapped[str] = mapped_column(default="")
    issuing_body: Mapped[str] = mapped_column(default="")
    adopted_on: Mapped[date | None]
    is_repealed: Mapped[bool] = mapped_column(default=False)
    repealed_on: Mapped[date | None]

    versions: Mapped[list[InstrumentVersion]] = relationship(
        order_by="(InstrumentVersion.version_on, InstrumentVersion.edition)", back_populates="instrument"
    )

    @property
    def repeal(self) -> Repeal:
        return Repeal(self.is_repealed, self.repealed_on)


class InstrumentName(Base):
    """Name (名称): title, short title or alias by which people cite an instrument, in tidy form."""

    __tablename__ = "instrument_name"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), index=True)
    name: Mapped[str]


class InstrumentVersion(Base):
    """Version (文本): named by its newest amendment; never changed once it has a text. A corrected text is an edition.

    `article_count` 0: known to exist, its text is not in the library (文本未入库).
    """

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("instrument_id", "version_on", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    version_on: Mapped[date]
    edition: Mapped[int] = mapped_column(default=1)
    in_force_on: Mapped[date]
    is_in_force_known: Mapped[bool] = mapped_column(default=True)
    act: Mapped[VersionAct] = mapped_column(text_enum(VersionAct))
    origin: Mapped[Origin] = mapped_column(text_enum(Origin))
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    article_count: Mapped[int] = mapped_column(default=0)
    text_hash: Mapped[str] = mapped_column(default="")
    loaded_at: Mapped[datetime]

    instrument: Mapped[Instrument] = relationship(back_populates="versions")

    @property
    def facts(self) -> VersionFacts:
        return VersionFacts(self.id, self.version_on, self.in_force_on, self.edition, self.article_count > 0)


class CurrentVersion(Base):
    """Which version readers see first (现行文本): one row an instrument, moved when a newer version becomes current."""

    __tablename__ = "current_version"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"), index=True)
    since_at: Mapped[datetime]


class Article(Base):
    """Article (条文): one article of a version; number 0 is the 序言, or a whole text without articles."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("version_id", "number", "sub"),
        Index("ix_article_place", "version_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    number: Mapped[int]
    sub: Mapped[int] = mapped_column(default=0)
    label: Mapped[str]
    chapter: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)

    version: Mapped[InstrumentVersion] = relationship()

    @property
    def slug(self) -> str:
        return slug_of(self.number, self.sub)


class MustKnowList(Base):
    """Must-know list (应知应会清单): common, of a field or of a post; its conditions say whose list it is.

    All conditions hold together: people of a unit and below, of a category, leaders, enforcement officers.
    """

    __tablename__ = "must_know_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ListKind] = mapped_column(text_enum(ListKind))
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    category: Mapped[PersonCategory | None] = mapped_column(text_enum(PersonCategory))
    leaders_only: Mapped[bool] = mapped_column(default=False)
    enforcement_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    items: Mapped[list[MustKnowItem]] = relationship(
        order_by="(MustKnowItem.position, MustKnowItem.id)", back_populates="list"
    )


class MustKnowItem(Base):
    """Item of a list (清单条目): an instrument or some of its articles; without instrument its text is not held."""

    __tablename__ = "must_know_item"
    __table_args__ = (UniqueConstraint("list_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("must_know_list.id"))
    position: Mapped[int]
    title: Mapped[str]
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    # “1至5,33,133-1” in order; empty: the whole instrument.
    articles: Mapped[str] = mapped_column(default="")

    list: Mapped[MustKnowList] = relationship(back_populates="items")
    instrument: Mapped[Instrument | None] = relationship()


class ReadingMark(Base):
    """Reading mark (已读): the person's own click, never forced, never counted against anybody."""

    __tablename__ = "reading_mark"
    __table_args__ = (UniqueConstraint("person_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str]
    version_on: Mapped[date | None]
    read_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    @property
    def owner_id(self) -> int:
        return self.person_id
