"""Settings (配置): safe by default in production, and a wrong value stops start-up with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import BadConfiguration, settings
from lawedu.people import activation, passwords
from lawedu.people.models import Person


def read(folder: Path, mode: str, **environment: str) -> dict[str, Any]:
    settings({"LAWEDU_ENV": "development", "LAWEDU_DATA": str(folder)})  # makes the keys that production wants
    return settings({"LAWEDU_ENV": mode, "LAWEDU_DATA": str(folder), **environment})


def test_the_second_factor_is_on_in_production_and_off_elsewhere(tmp_path: Path) -> None:
    assert read(tmp_path, "production")["SECOND_FACTOR"] is True
    assert read(tmp_path, "development")["SECOND_FACTOR"] is False
    assert read(tmp_path, "development", LAWEDU_SECOND_FACTOR="on")["SECOND_FACTOR"] is True


@pytest.mark.parametrize("name", ["LAWEDU_SECOND_FACTOR", "LAWEDU_RATE_LIMITS"])
def test_production_refuses_to_go_without(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadConfiguration, match="正式环境不允许"):
        read(tmp_path, "production", **{name: "off"})


@pytest.mark.parametrize("name", ["LAWEDU_SECOND_FACTOR", "LAWEDU_RATE_LIMITS", "LAWEDU_PASSWORD_POLICY"])
def test_an_unknown_value_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadConfiguration, match=f"{name} 只能是"):
        read(tmp_path, "development", **{name: "yes"})


def test_an_empty_value_is_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, "production", LAWEDU_SECOND_FACTOR="", LAWEDU_PASSWORD_POLICY="")["SECOND_FACTOR"] is True


def test_the_password_policy_of_the_setting_holds(app: Flask, wang: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    long_words = "quiet river morning"
    with pytest.raises(passwords.WeakPassword):
        activation.prepare_password(wang, long_words)
    monkeypatch.setitem(app.config, "PASSWORD_POLICY", "asvs")
    assert activation.prepare_password(wang, long_words)
    assert "至少 12 个字符" in app.test_client().get("/activate").text
