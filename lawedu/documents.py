"""Documents for paper (PDF): typst templates under lawedu/typst, in the Noto fonts of a package; nothing is fetched."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "typst"
_lock = threading.Lock()


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `lawedu/typst/<template>.typ` with `data` (JSON-able) as its `sys.inputs.data`.

    A kept compiler takes some milliseconds a document, a new one a quarter of a second. Raises ValueError for an
    unknown template.
    """
    source = TEMPLATES / f"{template}.typ"
    if template != Path(template).name or not source.is_file():
        raise ValueError(f"no such template: {template}")
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    with _lock:
        made: bytes = _compiler().compile(str(source), format="pdf", sys_inputs=inputs)
    return made


@lru_cache(maxsize=1)
def _compiler() -> Any:
    """Loaded when first used: typst and its fonts have no place in the start of a web worker."""
    import noto_cjk_sans_otc
    import typst

    fonts = Path(noto_cjk_sans_otc.__file__).parent
    # No package folder: a template that wanted one from the network fails.
    empty = TEMPLATES / "packages"
    return typst.Compiler(
        root=str(TEMPLATES),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        package_path=str(empty),
        package_cache_path=str(empty),
    )
