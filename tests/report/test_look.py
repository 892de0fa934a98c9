"""Looks: what tells our cells from the user's, and that colours hold up beside each other."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from funnelbook.edits import Style
from funnelbook.report import look

STYLES = {name: style for name, style in vars(look).items() if isinstance(style, Style)}
COLOURS = ("fill", "color", "border", "border_bottom")


@pytest.mark.parametrize("name", STYLES)
def test_colours_are_six_hexadecimal_digits(name: str) -> None:
    for colour in (getattr(STYLES[name], field) for field in COLOURS):
        assert colour is None or re.fullmatch("[0-9A-F]{6}", colour)


def test_all_that_stands_beside_the_users_tables_is_known_as_ours() -> None:
    beside = {style for name, style in STYLES.items() if name.startswith("OWN_") or name == "INPUT_HEADER"}
    assert beside == set(look.OWN_LOOKS)


def test_highlights_never_change_numbers_or_fonts() -> None:
    for style in (look.MISSING, look.WRONG, look.LATE, look.SOON, look.FINE, look.STALE):
        assert {field.name for field in fields(style) if getattr(style, field.name) is not None} <= {"fill", "color", "bold"}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", [name for name, style in STYLES.items() if style.color and name not in ("MUTED", "TILE_LABEL")])
def test_texts_can_be_read_on_their_ground(name: str) -> None:
    style = STYLES[name]
    assert contrast(style.color or "000000", style.fill or "FFFFFF") >= 3


def test_missing_and_wrong_differ_in_grey_too() -> None:
    assert abs(luminance(str(look.MISSING.fill)) - luminance(str(look.WRONG.fill))) > 0.15
