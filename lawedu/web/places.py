"""Where to go next (去向): only paths of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/me"


def local_path(wanted: str | None, default: str = HOME) -> str:
    """`wanted` when it is a plain path of this site, else `default`.

    Browsers read `//`, a backslash and control characters as the way to another host.
    """
    if not wanted or len(wanted) > 2000 or not wanted.startswith("/") or wanted.startswith("//"):
        return default
    if "\\" in wanted or any(ord(c) < 33 or ord(c) == 127 for c in wanted):
        return default
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return default
    if parts.scheme or parts.netloc or parts.path.startswith("/sign-"):
        return default
    return wanted
