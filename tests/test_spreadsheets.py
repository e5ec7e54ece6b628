"""Uploaded sheets (表格读取): what offices send is read, what is hostile gets a named no."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from lawedu.core.errors import Refusal
from lawedu.spreadsheets import (
    MOST_BYTES,
    NotASheet,
    SheetHasMacros,
    SheetIsLocked,
    SheetLinksOut,
    SheetTooLarge,
    UnreadableSheet,
    read_grid,
)
from tests.sheets import csv_bytes, ole, replaced, with_part, xls, xlsx

ROWS = [["姓名", "手机号", "领导"], ["张　三", 13812345678, True], ["李四", "1.38E+10", None]]


def test_an_xlsx_keeps_its_types_its_rows_and_its_merged_cells() -> None:
    grid = read_grid(xlsx([["标题", None], [None, None], *ROWS], merged=[(0, 0, 0, 2)]), "名单.xlsx")
    assert grid.rows[0][0] == "标题"
    assert list(grid.rows[3]) == ["张　三", 13812345678.0, True]
    assert grid.rows[4][2] in (None, "")
    assert grid.merged == [(0, 0, 0, 2)]
    assert grid.sheet == "名单"


def test_the_first_filled_sheet_is_read_and_others_are_named() -> None:
    grid = read_grid(xlsx(ROWS, sheets_before=["空表"], sheets_after=["附表"]), "名单.xlsx")
    assert (grid.sheet, list(grid.other_sheets)) == ("名单", ["附表"])


def test_an_xls_is_read_whatever_its_name() -> None:
    for name in ("名单.xls", "名单.xlsx", "名单.csv"):
        grid = read_grid(xls([["姓名", "工号"], ["张三", 12.0]]), name)
        assert [list(row) for row in grid.rows] == [["姓名", "工号"], ["张三", 12.0]]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_is_read_in_the_encodings_offices_use(encoding: str, delimiter: str) -> None:
    grid = read_grid(csv_bytes([["姓名", "工号"], ["张三䶮", "000012"]], encoding, delimiter), "名单.xls")
    assert list(grid.rows[1]) == ["张三䶮", "000012"]


def test_dates_come_as_dates() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, datetime(2026, 11, 22), day)  # noqa: DTZ001 (a cell has no zone)
    assert read_grid(buffer.getvalue(), "x").rows[0][0] == date(2026, 11, 22)


def refused(data: bytes) -> type[Refusal]:
    with pytest.raises(Refusal) as caught:
        read_grid(data, "名单.xlsx")
    return caught.type


def test_macros_links_and_passwords_are_refused_by_name() -> None:
    good = xlsx(ROWS)
    assert refused(with_part(good, "xl/vbaProject.bin", b"x")) is SheetHasMacros
    assert refused(with_part(good, "xl/macrosheets/sheet1.xml", b"<x/>")) is SheetHasMacros
    assert refused(with_part(good, "xl/externalLinks/externalLink1.xml", b"<x/>")) is SheetLinksOut
    assert refused(with_part(good, "xl/embeddings/oleObject1.bin", b"x")) is SheetLinksOut
    assert refused(ole({"EncryptedPackage": b"x"})) is SheetIsLocked
    assert refused(ole({"Workbook": b"x", "_VBA_PROJECT": b"x"})) is SheetHasMacros


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(xlsx(ROWS), "xl/worksheets/sheet9.xml", b"0" * 60_000_000)
    assert len(bomb) < 200_000
    started = time.monotonic()
    assert refused(bomb) is SheetTooLarge
    assert time.monotonic() - started < 10


def test_a_zip_that_lies_about_its_size_meets_the_memory_limit() -> None:
    part = "xl/worksheets/sheet1.xml"
    huge = b'<c r="A1"><v>1</v></c>' * 12_000_000
    data = replaced(xlsx(ROWS), part, b"<sheetData>", b'<sheetData><row r="9">' + huge[:240_000_000] + b"</row>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(part).file_size
    lying = data.replace(size.to_bytes(4, "little"), (4000).to_bytes(4, "little"))
    assert refused(lying) in (SheetTooLarge, UnreadableSheet)


def test_a_sheet_of_huge_dimensions_is_refused() -> None:
    assert refused(xlsx(ROWS, cell=(1_048_575, 16_383, "x"))) is SheetTooLarge
    assert refused(xlsx(ROWS, cell=(60_000, 0, "x"))) is SheetTooLarge
    assert refused(xlsx(ROWS, cell=(1, 300, "x"))) is SheetTooLarge
    assert refused(csv_bytes([["x"]] * 51_000)) is SheetTooLarge
    assert refused(b"0" * (MOST_BYTES + 1)) is SheetTooLarge


def test_other_files_are_named_as_such() -> None:
    assert refused(b"") is NotASheet
    assert refused(b"%PDF-1.7 something") is NotASheet
    assert refused("<html><table><tr><td>姓名".encode()) is NotASheet
    assert refused(b"\x89PNG\r\n\x1a\n\x00\x00") is NotASheet
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("word/document.xml", "<x/>")
    assert refused(archive.getvalue()) is NotASheet
    assert refused(xlsx(ROWS)[:500]) is UnreadableSheet


def test_xml_entities_are_refused() -> None:
    part = "xl/worksheets/sheet1.xml"
    start = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    hostile = replaced(xlsx(ROWS), part, start, start + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>')
    assert refused(hostile) is UnreadableSheet


def test_five_thousand_rows_take_about_a_second() -> None:
    started = time.monotonic()
    grid = read_grid(xlsx([["姓名", "单位", "工号"], *[[f"人{n}", "某单位", f"{n:06d}"] for n in range(5000)]]), "x")
    assert len(grid.rows) == 5001
    assert time.monotonic() - started < 15
