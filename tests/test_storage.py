"""Uploaded files (上传文件)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from lawedu import storage
from lawedu.audit.models import StoredFile
from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor
from lawedu.db import transaction

HR = Actor(7, "GX0007", "陈思")


def kept(data: bytes, name: str = "名单.xlsx") -> StoredFile:
    with transaction():
        return storage.keep(HR, name, "application/octet-stream", data)


def path_of(app: Flask, file_id: str) -> Path:
    return Path(app.config["LAWEDU_DATA"]) / "uploads" / file_id[:2] / f"{file_id}.bin"


def test_what_was_kept_comes_back_and_lies_encrypted_under_a_random_name(app: Flask) -> None:
    record = kept("手机号 13812345678".encode())
    opened = storage.open_stored(record.id)
    assert opened.data.decode() == "手机号 13812345678"
    assert (opened.record.name, opened.record.uploaded_by, opened.record.size) == ("名单.xlsx", "GX0007", 21)
    path = path_of(app, record.id)
    assert b"13812345678" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_name_never_becomes_a_path(app: Flask) -> None:
    assert kept(b"x", "../../etc/passwd").name == "passwd"
    assert kept(b"x", "C:\\名单\r\n.xlsx").name == "名单.xlsx"
    assert kept(b"x", "..").name == "未命名"


def test_altered_or_swapped_files_do_not_open(app: Flask) -> None:
    first, second = kept(b"one"), kept(b"two")
    path_of(app, first.id).write_bytes(path_of(app, second.id).read_bytes())
    with pytest.raises(storage.FileAltered):
        storage.open_stored(first.id)
    path_of(app, second.id).unlink()
    with pytest.raises(storage.FileAltered):
        storage.open_stored(second.id)


def test_an_unknown_id_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        storage.open_stored("../../keys/session")
