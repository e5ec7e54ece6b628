"""The report of docs/import.md: every sample bank written in every shape, read by the importer, judged question by
question. `python -m bench.imports` prints the table.
"""

from __future__ import annotations

import sys

from lawedu.core.intake_understand import understand
from lawedu.questions.import_files import read_file
from tests.questions.judging import judge
from tests.questions.sample_files import SHAPES, UNSAID
from tests.questions.samples import bank_questions


def main() -> int:
    """Print one line a shape; exit 1 when something is wrong in silence or a shape falls under 95 of 100."""
    bank = bank_questions()
    total = right = doubted = silent = 0
    failed = False
    print("| 样本 | 题数 | 自动识别正确 | 请人核定 | 错而未提示 |\n|---|---|---|---|---|")
    for shape in (*SHAPES, UNSAID):
        found = judge(bank, understand(read_file(shape.write(bank)).source.raws, {}))
        print(f"| {shape.title} | {found.total} | {found.right} | {found.doubted} | {len(found.silent)} |")
        failed |= bool(found.silent) or (shape is not UNSAID and found.rate < 0.95)
        if shape is not UNSAID:
            total, right = total + found.total, right + found.right
            doubted, silent = doubted + found.doubted, silent + len(found.silent)
    print(f"| **写明题型的样本合计** | {total} | {right}（{right / total:.1%}） | {doubted} | {silent} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
