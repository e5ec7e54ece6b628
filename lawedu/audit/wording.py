"""What the checks of the audit slice say (审计用语)."""

from __future__ import annotations

PROBLEMS = {
    "row_altered": "审计记录被改动",
    "row_missing": "审计记录缺失",
    "row_inserted": "审计记录是链外插入的",
    "head_differs": "链头与最后一条审计记录不符",
    "history_lost": "检查点之后的数据库被换成了更早的，或者末尾的审计记录被删除",
    "history_rewritten": "审计记录与检查点不符，整条链被重写过",
    "checkpoint_forged": "检查点的签名或顺序不对，文件被改动",
    "tampered_result": "成绩与校验值不一致",
    "paper_differs": "试卷与冻结时的校验值不一致",
    "key_missing": "试卷缺少标准答案",
    "receipt_wrong": "回执缺失、签名不一致，或者与作答记录不符",
    "result_missing": "没有成绩",
    "result_differs": "成绩与复算结果不一致",
    "sheet_differs": "答卷与评分时不一致",
    "owner_differs": "作答人与开考时的登记不一致",
    "result_replayed": "成绩不是最近一次登记的版本",
}

_SUBJECTS = {"audit": "审计记录第 {} 条", "checkpoint": "检查点第 {} 行", "attempt": "作答 {}"}


def subject_label(subject: str) -> str:
    """“attempt:12” in words."""
    kind, _, number = subject.partition(":")
    return _SUBJECTS.get(kind, kind + " {}").format(number)
