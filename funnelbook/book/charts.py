"""Native charts of our sheets, built with openpyxl, the figures that they show kept beside the references (21.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl.chart import BarChart, LineChart, PieChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as ChartSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun

from ..edits import Chart, Series, Value
from ..grid import Range

FONT = "Microsoft YaHei"
PALETTE = ("2F6F9F", "E08E45", "6A9F58", "B5534C", "8C7AB8", "4FA3A5", "C9A227", "7F7F7F")
GRID, TEXT, HEADING, ON_COLOR = "E5E5E5", "595959", "404040", "FFFFFF"
GAP = 60
"""Percent of a bar's width between bars."""
PIXELS_PER_CM = 96 / 2.54
SHARE = "0%"
_MOST_OF_ALL, _FEW = 0.8, 8
"""From this share on programs draw an axis beyond 100 %; up to this count they draw halves."""

Lookup = Callable[[str, int, int], Value]
"""Value that a cell shows, by sheet, row and column."""


def build(chart: Chart, sheet: str, shown: Lookup) -> Any:
    """Openpyxl's chart for one on *sheet*; *shown* answers what the cells of its ranges hold."""
    made = _bare(chart)
    for position, series in enumerate(chart.series):
        made.series.append(_series(chart, series, position, chart.source or sheet, shown))
    made.title = _title(chart.title)
    made.legend = _legend(chart) if chart.legend else None
    made.roundedCorners = False
    made.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=LineProperties(noFill=True))
    made.width, made.height = chart.width / PIXELS_PER_CM, chart.height / PIXELS_PER_CM
    made.anchor = chart.anchor.a1
    if chart.kind != "pie":
        _dress_axes(made, chart)
    return made


def _bare(chart: Chart) -> Any:
    if chart.kind == "pie":
        pie = PieChart()
        pie.varyColors = True
        return pie
    if chart.kind == "line":
        return LineChart()
    bars = BarChart()
    bars.type = "bar" if chart.kind == "bar" else "col"
    bars.gapWidth = GAP
    if chart.kind == "stacked":
        bars.grouping, bars.overlap = "stacked", 100
    elif len(chart.series) > 1:
        bars.overlap = 0
    return bars


def _series(chart: Chart, series: Series, position: int, sheet: str, shown: Lookup) -> ChartSeries:
    color = series.color or PALETTE[position % len(PALETTE)]
    made = ChartSeries(
        idx=position,
        order=position,
        tx=SeriesLabel(v=series.name),
        cat=AxDataSource(strRef=_texts(chart.categories, sheet, shown)),
        val=NumDataSource(numRef=_numbers(series.values, sheet, shown, chart.number_format)),
    )
    if chart.kind == "line":
        made.spPr = GraphicalProperties(ln=LineProperties(solidFill=color, w=22225))
        made.marker = Marker(symbol="circle", size=5, spPr=_filled(color, color))
        made.smooth = False
    elif chart.kind == "pie":
        count = _count(series.values)
        made.dPt = [DataPoint(idx=i, spPr=_filled(PALETTE[i % len(PALETTE)], "FFFFFF")) for i in range(count)]
    else:
        made.spPr = _filled(color)
        made.invertIfNegative = False
    if chart.labels:
        made.dLbls = _labels(chart)
    return made


def _filled(color: str, line: str | None = None) -> GraphicalProperties:
    edge = LineProperties(solidFill=line) if line else LineProperties(noFill=True)
    return GraphicalProperties(solidFill=color, ln=edge)


def _labels(chart: Chart) -> DataLabelList:
    pie = chart.kind == "pie"
    labels = DataLabelList(showVal=not pie, showPercent=pie, showLeaderLines=pie or None)
    labels.showCatName = labels.showSerName = labels.showLegendKey = False
    if chart.number_format and not pie:
        labels.numFmt = chart.number_format
    if chart.kind == "line":
        labels.position = "t"
    labels.txPr = _text_look(900, ON_COLOR if chart.kind in ("pie", "stacked") else TEXT)
    return labels


def _legend(chart: Chart) -> Legend:
    legend = Legend()
    legend.position = "r" if chart.kind == "pie" else "b"
    legend.overlay = False
    legend.txPr = _text_look(900, TEXT)
    return legend


def _dress_axes(made: Any, chart: Chart) -> None:
    categories, values = made.x_axis, made.y_axis
    for axis in (categories, values):
        axis.delete = False
        axis.txPr = _text_look(900, TEXT)
        axis.majorTickMark = axis.minorTickMark = "none"
    categories.spPr = GraphicalProperties(ln=LineProperties(solidFill="BFBFBF", w=9525))
    categories.majorGridlines = None
    categories.tickLblPos = "low"
    values.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    values.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=GRID, w=6350)))
    points = _points(made)
    values.scaling.min = 0 if min(points, default=0) >= 0 else None
    if chart.number_format == SHARE:
        values.scaling.max = 1 if _MOST_OF_ALL < max(points, default=0) <= 1 else None  # else the axis goes on to 120 %
    elif all(point.is_integer() for point in points) and max(points, default=0) <= _FEW:
        values.majorUnit = 1  # there are no half leads
    values.number_format = chart.number_format or "General"
    values.numFmt.sourceLinked = False
    if chart.kind == "bar":
        categories.scaling.orientation = "maxMin"
        values.crosses = "max"  # the reversed categories would carry the value axis to the top


def _points(made: Any) -> list[float]:
    return [float(point.v) for series in made.series for point in series.val.numRef.numCache.pt]


def _title(text: str) -> Title | None:
    if not text:
        return None
    look = _characters(1100, HEADING, bold=True)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text_look(size: int, color: str) -> RichText:
    look = ParagraphProperties(defRPr=_characters(size, color))
    paragraph = Paragraph(pPr=look, endParaRPr=CharacterProperties(lang="zh-CN"))
    paragraph.r = []  # openpyxl puts an empty run there, which a look has no use for
    return RichText(p=[paragraph])


def _characters(size: int, color: str, bold: bool = False) -> CharacterProperties:
    """Letters in a font that has Latin and Chinese ones alike."""
    return CharacterProperties(sz=size, b=bold, solidFill=color, latin=Font(typeface=FONT), ea=Font(typeface=FONT))


def _texts(area: Range, sheet: str, shown: Lookup) -> StrRef:
    values = [shown(sheet, row, column) for row, column in _cells(area)]
    points = [StrVal(idx=i, v=_text(v)) for i, v in enumerate(values) if v not in (None, "")]
    return StrRef(f=area.on(sheet), strCache=StrData(ptCount=len(values), pt=points))


def _numbers(area: Range, sheet: str, shown: Lookup, code: str | None) -> NumRef:
    values = [shown(sheet, row, column) for row, column in _cells(area)]
    numbers = [(i, v) for i, v in enumerate(values) if isinstance(v, int | float) and v == v]
    points = [NumVal(idx=i, v=_text(v)) for i, v in numbers]
    return NumRef(f=area.on(sheet), numCache=NumData(formatCode=code or "General", ptCount=len(values), pt=points))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return repr(float(value)) if isinstance(value, float) else str(value)


def _cells(area: Range) -> list[tuple[int, int]]:
    return [(row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1)]


def _count(area: Range) -> int:
    return len(_cells(area))
