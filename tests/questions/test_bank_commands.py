"""`flask bank …`: exit codes and output as the contract names them; every fault with its file and question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.questions.banks import entry, write_bank
from tests.questions.bench_stage import LATER, NEW, add_law


def run(app: Flask, *words: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["bank", *map(str, words)])
    return result.exit_code, result.output


def test_a_clean_bank_exits_0(app: Flask, tmp_path: Path) -> None:
    code, text = run(app, "check", write_bank(tmp_path, [entry(1)]))

    assert (code, text.strip()) == (0, "共 1 道题，全部合格。")


def test_a_fault_exits_1_and_names_file_and_question(app: Flask, tmp_path: Path) -> None:
    code, text = run(app, "check", write_bank(tmp_path, [entry(1, domain="不存在的领域")]))

    assert code == 1
    assert text.startswith("penalty/one.yaml：xzcf-033-0001：")


def test_a_missing_folder_exits_2(app: Flask, tmp_path: Path) -> None:
    assert run(app, "check", tmp_path / "nowhere")[0] == 2
    code, text = run(app, "check", tmp_path / "nowhere", "--json")
    assert code == 2
    assert json.loads(text)["code"] == "bank_unreadable"


def test_json_is_nothing_but_json(app: Flask, tmp_path: Path) -> None:
    code, text = run(app, "check", write_bank(tmp_path, [entry(1), entry(2, difficulty=9)]), "--json")

    assert code == 1
    fault = json.loads(text)["faults"][0]
    assert (fault["file"], fault["question"]) == ("penalty/one.yaml", "xzcf-033-0002")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a/x.yaml", b"questions: [", "行不符合 YAML 格式"),
        ("a/x.yaml", b"\xff\xfe\x00", "UTF-8"),
        ("a/x.yaml", b"questions:\n  - id: a\n    id: b\n", "写了两次"),
        ("a/x.yaml", b"d: 2021-02-30\n", "不存在的日期"),
        ("a/x.yaml", b"!!python/object/apply:os.getcwd []\n", "第 1 行"),
        ("a/x.yml", b"questions: []\n", ".yaml"),
        ("a/x.yaml", b"", "questions:"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(app: Flask, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    write_bank(tmp_path, [entry(1)])
    (tmp_path / "a").mkdir()
    (tmp_path / name).write_bytes(content)

    code, text = run(app, "check", tmp_path)

    assert code == 1
    assert text.startswith(f"{name}：")
    assert words in text


def test_load_says_what_it_did_and_export_gives_it_back(app: Flask, tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "in", [entry(1), entry(2)])

    assert "新增 2" in run(app, "load", folder)[1]
    assert run(app, "load", folder) == (0, "题库没有变化，共 2 道题。\n")
    assert run(app, "export", tmp_path / "out") == (0, "已导出 2 道题。\n")
    assert run(app, "export", tmp_path / "out")[0] == 1


def test_load_refuses_a_faulty_bank_and_names_every_fault(app: Flask, tmp_path: Path) -> None:
    code, text = run(app, "load", write_bank(tmp_path, [entry(1, answer="Z"), entry(2, difficulty=0)]))

    assert code == 1
    assert "xzcf-033-0001" in text
    assert "xzcf-033-0002" in text


def test_a_loaded_library_is_asked_about_every_basis_and_warnings_keep_nothing_out(app: Flask, tmp_path: Path) -> None:
    folder = write_bank(tmp_path, [entry(1, options={"A": "一律罚款", "B": "警告"}, answer="B")])
    add_law()
    code, text = run(app, "check", folder, "--json")
    assert (code, json.loads(text)["faults"]) == (0, [])
    assert "一律" in json.loads(text)["warnings"][0]["message"]

    add_law(LATER, NEW)

    code, text = run(app, "check", folder, "--json")
    assert code == 1
    assert "第三十三条已经修改" in json.loads(text)["faults"][0]["message"]
