"""Form base (表单基类): Chinese messages, one token, text stripped and without what PostgreSQL cannot store."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, ValidationError


def strip(value: Any) -> Any:
    """Outer white space off, the ideographic one included."""
    return value.strip(" \t\r\n　") if isinstance(value, str) else value


def storable(_form: Any, field: Any) -> None:
    """NUL and lone surrogates cannot be stored: say so instead of failing later."""
    value = field.data
    if isinstance(value, str) and ("\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value)):
        raise ValidationError("含有无法保存的字符，请删除后重新填写。")


class Form(FlaskForm):
    """Base of every form: text fields are stripped and checked for storable characters."""

    class Meta(FlaskForm.Meta):
        locales = ("zh",)

    def process(self, *args: Any, extra_filters: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Strip text fields (never passwords: a space in one is meant)."""
        filters: dict[str, Any] = {name: list(found) for name, found in (extra_filters or {}).items()}
        for name, field in self._fields.items():
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                filters.setdefault(name, []).append(strip)
        super().process(*args, extra_filters=filters, **kwargs)

    def validate(self, extra_validators: dict[str, Any] | None = None) -> bool:
        """Validate, every text field for storable characters as well."""
        checks: dict[str, Any] = {name: list(found) for name, found in (extra_validators or {}).items()}
        for name, field in self._fields.items():
            if isinstance(field, StringField):
                checks.setdefault(name, []).append(storable)
        return bool(super().validate(extra_validators=checks))
