"""Fault 10: the bank is edited, emptied and re-keyed while people sit (a published exam reads no live bank)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.annual_exam import answer_for, digest
from bench.faults.clients import Client
from bench.faults.rows import Row
from bench.faults.stage import Prepared, Stage, stage, twin

# The mistake: marking asks the bank for the key.
BEFORE = """            select(ExamKey.item_id, ExamKey.answer, ExamItem.kind)
            .join(ExamItem, ExamItem.id == ExamKey.item_id)"""
AFTER = """            select(ExamKey.item_id, QuestionVersion.answer, ExamItem.kind)
            .join(ExamItem, ExamItem.id == ExamKey.item_id)
            .join(QuestionVersion, QuestionVersion.id == ExamItem.version_id)"""
IMPORT = ("from lawedu.exams.models import Exam,", "from lawedu.questions.models import QuestionVersion\n")
PEOPLE = 4
DEEDS = (
    "UPDATE question_version SET answer = '\"A\"' WHERE kind = 'single_choice'",
    "UPDATE question_version SET answer = 'true' WHERE kind = 'true_false'",
    "UPDATE question_version SET stem = 'changed', explanation = 'changed'",
    "UPDATE question SET state = 'retired'",
    "DELETE FROM legal_basis",
)


def run(prepared: Prepared, short: bool) -> Row:
    """The same answers by the same people, with the bank left alone and with the bank spoilt in the middle."""
    with stage(prepared) as calm:
        expected, _ = _sit(calm, spoil=False)
    with stage(prepared) as one:
        given, acked = _sit(one, spoil=True)
        clean = one.flask("scores", "recompute", "--check", check=False).returncode == 0
    wrong = [] if given == expected else ["成绩或答卷与不改题库时不同"]
    wrong += [] if clean else ["复算不一致"]
    with twin("lawedu/attempts/results.py", BEFORE, AFTER) as tree:
        file = tree / "lawedu/attempts/results.py"
        file.write_text(file.read_text(encoding="utf-8").replace(IMPORT[0], IMPORT[1] + IMPORT[0], 1), encoding="utf-8")
        with stage(prepared, tree=tree) as broken:
            caught = _sit(broken, spoil=True)[0] != expected
    done = f"{PEOPLE} 人作答中途改题、改答案、停用、删依据"
    return Row("考试中改动题库", prepared.engine, done, acked, 0, caught=caught, wrong="；".join(wrong))


def _sit(one: Stage, *, spoil: bool) -> tuple[list[Any], int]:
    one.start()
    with tempfile.TemporaryDirectory() as name:
        clients = [Client(one, account, Path(name)) for account in one.prepared.officials[:PEOPLE]]
        for client in clients:
            client.open()
        if spoil:
            for deed in DEEDS:
                one.sql(deed)
        for client in clients:
            for number, item in enumerate(client.attempt["items"]):
                value = answer_for(item, number)
                client.seq += 1
                client.waiting.append({"seq": client.seq, "item": item["item"], "value": value})
                client.sheet[item["item"]] = value
            client.send()
            told = {"client": client.name, "epoch": 1, "ops": [], "digest": digest(client.sheet)}
            client.browser.json("x", f"{client.address}/submit", client.attempt["csrf_token"], told)
        mine = {client.attempt["attempt_id"] for client in clients}
        rows = [entry for entry in one.dump() if entry["attempt_id"] in mine]
    return [(e["staff_number"], e["state"], e["sheet"], e["results"]) for e in rows], sum(c.acked for c in clients)
