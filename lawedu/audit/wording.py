"""What the checks of the audit slice say (审计用语)."""

from __future__ import annotations

from lawedu.core.chain import ChainFault
from lawedu.wording import register

register(
    {
        ChainFault.ROW_ALTERED: "审计记录被改动",
        ChainFault.ROW_MISSING: "审计记录缺失",
        ChainFault.ROW_INSERTED: "审计记录是链外插入的",
        ChainFault.HEAD_DIFFERS: "链头与最后一条审计记录不符",
        ChainFault.HISTORY_LOST: "检查点之后的数据库被换成了更早的，或者末尾的审计记录被删除",
        ChainFault.HISTORY_REWRITTEN: "审计记录与检查点不符，整条链被重写过",
        ChainFault.CHECKPOINT_FORGED: "检查点的签名或顺序不对，文件被改动",
    }
)
_SUBJECTS = {"audit": "审计记录第 {} 条", "checkpoint": "检查点第 {} 行", "attempt": "作答 {}"}


def subject_label(subject: str) -> str:
    """“attempt:12” in words."""
    kind, _, number = subject.partition(":")
    return _SUBJECTS.get(kind, kind + " {}").format(number)
