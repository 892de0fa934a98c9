"""The lists of a rules sheet that the team fills: prices, roster, key industries, sheets left out."""

from __future__ import annotations

from dataclasses import dataclass

from .parse import Trouble, normal_text, parse_money, word_key
from .rules_blocks import Blocks


@dataclass(frozen=True)
class Price:
    """A line of the price list, in yuan."""

    product: str
    price: float
    minimum: float | None = None
    """The least that a deal of the product is worth (001); None when the sheet doesn't say."""


@dataclass(frozen=True)
class Person:
    """A line of the roster."""

    name: str
    role: str = ""
    region: str = ""
    industry: str = ""


def prices(blocks: Blocks) -> tuple[Price, ...]:
    """The price list in yuan; of two prices for one product the first counts."""
    found: dict[str, Price] = {}
    for row, value in blocks.column("price"):
        price, product = _amount(blocks, value), blocks.text(row, "product")
        if price is None:
            blocks.bad(row, "price", value, rule="price")
        elif word_key(product) in found:
            blocks.bad(row, "product" if "product" in blocks.columns else "price", product, rule="price")
        else:
            found[word_key(product)] = Price(product, price, _minimum(blocks, row))
    return tuple(found.values())


def _minimum(blocks: Blocks, row: int) -> float | None:
    typed = blocks.text(row, "minimum")
    minimum = _amount(blocks, blocks.value(row, "minimum")) if typed else None
    if typed and minimum is None:
        blocks.bad(row, "minimum", blocks.value(row, "minimum"), rule="price")
    return minimum


def _amount(blocks: Blocks, value: object) -> float | None:
    """One positive figure in yuan."""
    money = parse_money(value, blocks.rules.words, kind="amount")
    return None if isinstance(money, Trouble) or not money.exact or not money.low else money.low


def roster(blocks: Blocks) -> tuple[Person, ...]:
    """The people of the team; a name that stands twice is taken once."""
    people: dict[str, Person] = {}
    for row, value in blocks.column("person"):
        name = normal_text(value)
        if name in people:
            blocks.bad(row, "person", value, rule="roster")
        else:
            people[name] = Person(name, *(blocks.text(row, code) for code in ("role", "region", "industry")))
    return tuple(people.values())


def key_industries(blocks: Blocks) -> tuple[str, ...]:
    """The industries that count as key industries, each once."""
    return tuple(dict.fromkeys(normal_text(value) for _, value in blocks.column("key_industry")))


def left_out(blocks: Blocks) -> frozenset[str]:
    """The sheets that are not read."""
    return frozenset(normal_text(value) for _, value in blocks.column("leave_out"))
