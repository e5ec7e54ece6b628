"""Articles that a question rests on, as its own text says (依据识别): 《X》第三十三条, 行政处罚法第33条."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lawedu.core.statute_citation import Citation, link_citations, tidy_name

_TITLED = re.compile(r"《([^《》]{2,80})》(?:（[^（）]{1,40}）)?第[^，。；、\s]{1,9}条")
_SPACED = re.compile(r"(?<=[法例定法典则章》])\s+(?=第?\s*\d{1,4}\s*条)|(?<=第)\s+(?=\d)|(?<=\d)\s+(?=条)")
_BARE_NUMBER = re.compile(r"(?<=[法例定典则章》])(?=\d{1,4}条)")


def citations_in(texts: Sequence[str], names: Mapping[str, int]) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    """(articles cited, each once, in order; titles that no name knows). A law without an article is no basis."""
    found: dict[Citation, None] = {}
    unknown: dict[str, None] = {}
    for text in texts:
        # Offices write “行政处罚法 33条”: to the one reader of citations that is 行政处罚法第33条.
        written = _BARE_NUMBER.sub("第", _SPACED.sub("", text))
        for stretch in link_citations(written, names):
            if stretch.citation is not None and stretch.citation.number is not None:
                found[stretch.citation] = None
        for title in _TITLED.findall(written):
            if tidy_name(title) not in names:
                unknown[title] = None
    return tuple(found), tuple(unknown)
