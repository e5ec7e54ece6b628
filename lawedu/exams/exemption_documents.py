"""The scan of a stamped form (盖章申请表扫描件): what may be uploaded, judged by its bytes and never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from lawedu.core.errors import BadInput, RuleBroken

LARGEST = 10 * 1024 * 1024  # bytes
# A file that is two kinds at once (polyglot) stays an attachment under nosniff: it is never shown by this site.
_BEGINNINGS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
)


class WrongKindOfFile(BadInput):
    """Neither PDF nor JPEG nor PNG (文件格式不符)."""

    code = "document_kind"
    sentence = "只能上传 PDF、JPG 或者 PNG 格式的扫描件，请重新选择文件。"


class FileTooLarge(RuleBroken):
    """More than 10 MB (文件过大)."""

    status = 413
    code = "document_size"
    sentence = "文件超过 10 MB，请降低扫描分辨率后重新上传。"


@dataclass(frozen=True)
class Scan:
    """An uploaded document that passed: name as given, type as found in the bytes."""

    name: str
    media_type: str
    data: bytes


def check(name: str, data: bytes) -> Scan:
    """The document, if it may be kept. Raises FileTooLarge, WrongKindOfFile."""
    if len(data) > LARGEST:
        raise FileTooLarge
    for beginning, media_type, _ending in _BEGINNINGS:
        if data.startswith(beginning):
            return Scan(name, media_type, data)
    raise WrongKindOfFile


def ending_of(media_type: str) -> str:
    """The ending for a download of this type."""
    return next((ending for _start, known, ending in _BEGINNINGS if known == media_type), ".bin")
