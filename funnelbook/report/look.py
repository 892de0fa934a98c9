"""The few looks of everything that funnelbook writes, by meaning; the colours stay apart in grey and for the colour-blind."""

from __future__ import annotations

from dataclasses import replace

from ..edits import Style
from ..words import say

INK, FAINT, LINE = "1F2D3D", "7F8C9A", "D5DCE4"
BLUE, ORANGE, GREEN, GREY = "2F6DB5", "D9822B", "3C9A8F", "9AA5B1"
PALE, PANEL = "EAF1F9", "F5F7FA"

FONT = "Microsoft YaHei"
"""The English name of the font, which Excel, WPS and LibreOffice find on a Chinese system too."""

TITLE = Style(font=FONT, size=18, bold=True, color=INK, vertical="center")
MUTED = Style(font=FONT, size=9, color=FAINT, vertical="center")
ASIDE = replace(MUTED, horizontal="left", indent=1)
SECTION = Style(font=FONT, size=12, bold=True, color=BLUE, vertical="center", border_bottom=BLUE)
HEADING = Style(font=FONT, size=9, bold=True, color=INK, fill=PALE, vertical="center", horizontal="center", wrap=True, border_bottom=BLUE)
HEADING_LEFT = Style(font=FONT, size=9, bold=True, color=INK, fill=PALE, vertical="center", wrap=True, border_bottom=BLUE)
TEXT = Style(font=FONT, size=10, color=INK, vertical="center")
WRAPPED = Style(font=FONT, size=10, color=INK, vertical="center", wrap=True)
NUMBER = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="right", number_format="#,##0")
DAYS = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="right", number_format="0.0")
PERCENT = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="right", number_format="0.0%")
MONEY = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="right", number_format="#,##0")
DATE = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="center", number_format="yyyy-mm-dd")
MONTH = Style(font=FONT, size=10, color=INK, vertical="center", horizontal="center", number_format="yyyy-mm")
LINK = Style(font=FONT, size=10, color=BLUE, underline=True, vertical="center")
REMARK = Style(font=FONT, size=10, color=INK, fill="FFFBE6", vertical="center", wrap=True, border=LINE)
INPUT = Style(font=FONT, size=10, color=INK, fill="FFFBE6", vertical="center", border=LINE)
INPUT_DATE = Style(
    font=FONT, size=10, color=INK, fill="FFFBE6", vertical="center", horizontal="center", border=LINE, number_format="yyyy-mm-dd"
)
TILE_LABEL = Style(font=FONT, size=9, color=FAINT, fill=PANEL, horizontal="center", vertical="center")
TILE = Style(font=FONT, size=20, bold=True, color=BLUE, fill=PANEL, horizontal="center", vertical="center", number_format="#,##0")
TILE_CHANGE = Style(font=FONT, size=9, color=FAINT, fill=PANEL, vertical="center")
SIDE_LABEL = Style(font=FONT, size=10, color=FAINT, vertical="center", horizontal="right")
SIDE_NUMBER = Style(font=FONT, size=14, bold=True, color=BLUE, vertical="center", horizontal="left", indent=1, number_format="#,##0")
SOON_LINE = Style(font=FONT, size=10, bold=True, color="9C5700", vertical="center")


def money(lang: str) -> Style:
    """Amounts, which Chinese readers count in ten thousands."""
    return replace(MONEY, number_format=say("format.money", lang))


# Beside the user's tables: quiet, so that the team's own formats stay the louder ones.
OWN_HEADER = Style(bold=True, color="FFFFFF", fill="5B6B7B", vertical="center", horizontal="center", wrap=True)
OWN_TEXT = Style(color="44525F", vertical="center")
OWN_CENTER = Style(color="44525F", vertical="center", horizontal="center")
OWN_NUMBER = Style(color="44525F", vertical="center", horizontal="center", number_format="0")
OWN_DECIMAL = Style(color="44525F", vertical="center", horizontal="center", number_format="0.0")
OWN_PERCENT = Style(color="44525F", vertical="center", horizontal="center", number_format="0%")
OWN_DATE = Style(color="44525F", vertical="center", horizontal="center", number_format="yyyy-mm-dd")
INPUT_HEADER = Style(bold=True, color=INK, fill="FFE8A3", vertical="center", horizontal="center", wrap=True)

MISSING = Style(fill="FFF2CC")
WRONG = Style(fill="F8CBAD")
LATE = Style(color="B3261E", bold=True)
SOON = Style(color="9C5700", bold=True)
FINE = Style(color="1E7B4F")
STALE = Style(fill="F4B6B0", color="8A1C13")

OWN_LOOKS = (INPUT_HEADER, OWN_HEADER, OWN_TEXT, OWN_CENTER, OWN_NUMBER, OWN_DECIMAL, OWN_PERCENT, OWN_DATE)
"""What tells a cell of ours from an empty one of the user's that bears a format."""
