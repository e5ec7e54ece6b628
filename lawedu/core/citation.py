"""Citation (引用法条): numbers of articles as Chinese statutes write them."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
PREAMBLE = "preamble"

Article = int | str


def chinese_number(number: int) -> str:
    """A number from 1 to 9999 as in statutes: 10 十, 33 三十三, 105 一百零五, 1260 一千二百六十. Raises ValueError
    outside.
    """
    if not 1 <= number <= 9999:
        raise ValueError(number)
    digits = [int(digit) for digit in str(number)]
    spelt, skipped = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == 0:
            skipped = True
            continue
        spelt += (_DIGITS[0] if skipped else "") + _DIGITS[digit] + _UNITS[place]
        skipped = False
    return spelt.removeprefix("一") if 10 <= number <= 19 else spelt


def split_article(article: Article) -> tuple[int, int]:
    """(33, 0) of 33, (133, 1) of "133-1". Raises ValueError when it is no article number, the preamble included."""
    number, _, sub = str(article).partition("-")
    if isinstance(article, bool) or not number.isdecimal() or not (sub.isdecimal() or str(article) == number):
        raise ValueError(article)
    return int(number), int(sub or 0)


def article_label(article: Article) -> str:
    """第三十三条 for 33, 第一百三十三条之一 for "133-1", 序言 for "preamble". Raises ValueError otherwise."""
    if article == PREAMBLE:
        return "序言"
    number, sub = split_article(article)
    label = f"第{chinese_number(number)}条"
    return f"{label}之{chinese_number(sub)}" if sub else label


def place_label(article: Article, paragraph: int | None = None) -> str:
    """第三十三条第一款; without a paragraph the article alone."""
    return article_label(article) + (f"第{chinese_number(paragraph)}款" if paragraph else "")


def cites(text: str, article: Article) -> bool:
    """Whether the text names this article; 第三十三条之一 does not name 第三十三条."""
    label = article_label(article)
    return any(not rest.startswith("之") for rest in text.split(label)[1:])


def read_number(text: str) -> int:
    """33 of 三十三, 33 or ３３; 2021 of 二〇二一. Raises ValueError when it is no number from 1 to 9999."""
    plain = text.replace("〇", "零").replace("两", "二")
    if plain.isdecimal():
        value = int(plain)
    elif plain and all(char in _DIGITS for char in plain):
        value = int("".join(str(_DIGITS.index(char)) for char in plain))
    else:
        value = _spelt(plain)
    if not 1 <= value <= 9999:
        raise ValueError(text)
    return value


def _spelt(text: str) -> int:
    value, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS.index(char)
        elif char in _UNITS:
            value += (digit or 1) * 10 ** _UNITS.index(char)
            digit = 0
        else:
            raise ValueError(text)
    return value + digit
