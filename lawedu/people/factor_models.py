"""The second factor (动态验证码): the sealed secret of a person and the recovery codes for a lost device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from lawedu.db import Base


class SecondFactor(Base):
    """Second factor (动态验证码): what the person's authenticator holds.

    `last_step` is the last time step of 30 seconds whose code was used: it never works again.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(default=0)
    set_at: Mapped[datetime]


class RecoveryCode(Base):
    """Recovery code (恢复码): opens the second step once. Only its keyed hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]
