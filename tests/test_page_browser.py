"""The page in a real browser, on a desk and on a phone: no complaint, nothing fetched, charts drawn, figures as in the JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import funnelbook

from . import page as pages
from .browser import Browser, Tab, browser
from .workbooks import AS_OF, SAMPLES, lead, run, team

pytestmark = pytest.mark.thorough

CHOSEN = {path.stem[:2]: path for path in SAMPLES}
PAGES = [("02", "zh"), ("02", "en"), ("03", "zh"), ("05", "zh"), ("06", "zh"), ("07", "zh"), ("07", "en"), ("08", "en")]
TABLES = """Object.fromEntries([...document.querySelectorAll("table")].map((table) => [table.dataset.table,
    [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText))]))"""
TILES = """Object.fromEntries([...document.querySelectorAll("[data-figure]")].map((tile) =>
    [tile.dataset.figure, tile.querySelector("b").innerText]))"""
INK = """[...document.querySelectorAll("canvas")].map((canvas) => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, colours = {};
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) {
        const colour = data[i] + "," + data[i + 1] + "," + data[i + 2];
        colours[colour] = (colours[colour] || 0) + 1;
    }
    return { id: canvas.id, width: canvas.clientWidth, height: canvas.clientHeight, colours };
})"""
COLOURS = ("47,109,181", "217,130,43", "60,154,143")
WIDE = """[...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 && !node.closest(".stacked thead"))
    .map((node) => node.tagName + ":" + node.innerText.slice(0, 20))"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of every chosen sample and language."""
    found = tmp_path_factory.mktemp("pages")
    for sample, lang in PAGES:
        out = found / f"{sample}-{lang}.html"
        assert run("report", CHOSEN[sample], "-o", out, "--as-of", AS_OF.isoformat(), "--lang", lang).exit_code == 0
    return found


@pytest.mark.parametrize(("sample", "lang"), PAGES)
@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 740), (1366, 768)])
def test_the_page_opens_without_complaint_and_fits(
    chromium: Browser, folder: Path, sample: str, lang: str, width: int, height: int
) -> None:
    tab = Tab(chromium, folder / f"{sample}-{lang}.html", width, height)
    assert tab.complaints() == []
    assert len(tab.requests()) == 1
    assert tab.ask("document.documentElement.scrollWidth") <= width
    assert tab.ask(WIDE) == []
    drawn = tab.ask(INK)
    assert len(drawn) >= 4
    for chart in drawn:
        assert chart["width"] > width / 3, chart["id"]
        assert chart["height"] > 60, chart["id"]
        if chart["id"] not in ("chart.month",):
            assert any(chart["colours"].get(colour, 0) > 20 for colour in COLOURS), chart["id"]
    tab.close()


@pytest.mark.parametrize(("sample", "lang"), PAGES)
def test_the_figures_in_the_browser_are_those_of_the_json(chromium: Browser, folder: Path, sample: str, lang: str) -> None:
    tab = Tab(chromium, folder / f"{sample}-{lang}.html", 1366, 768)
    wanted: dict[str, Any] = funnelbook.audit(CHOSEN[sample], as_of=AS_OF, lang=lang).to_dict(mask=True)
    tiles, known = tab.ask(TILES), pages.tiles(wanted)
    assert {key: text for key, text in tiles.items() if key in known} == {key: known[key] for key in tiles if key in known}
    tables = tab.ask(TABLES)
    for name, rows in pages.tables(wanted).items():
        assert sorted(tables[name]) == sorted(rows), name
    assert tables.get("audit", []) == pages.problems(wanted)
    tab.close()


def test_what_the_charts_draw_is_what_the_tables_say(chromium: Browser, folder: Path) -> None:
    tab = Tab(chromium, folder / "02-zh.html", 1366, 768)
    tables = tab.ask(TABLES)
    charts = tab.ask(
        "Object.values(Chart.instances).map((one) => [one.canvas.id, one.data.labels, one.data.datasets.map((set) => set.data)])"
    )
    values = {chart: dict(zip(labels, series[0], strict=True)) for chart, labels, series in charts}
    assert values["chart.funnel"] == {row[0]: float(row[1].replace(",", "")) for row in tables["funnel"]}
    assert {key: pages.percent(value) for key, value in values["chart.source"].items()} == {row[0]: row[4] for row in tables["source"]}
    assert {key: f"{value:.1f}" for key, value in values["chart.cycle"].items()} == {row[0]: row[2] for row in tables["cycle"][1:]}
    tab.close()


def test_it_prints_on_a4_with_charts_that_fit(chromium: Browser, folder: Path) -> None:
    tab = Tab(chromium, folder / "02-zh.html", 1366, 768)
    pdf = tab.pdf()
    assert pdf.startswith(b"%PDF")
    assert tab.complaints() == []
    tab.close()


def test_a_script_that_somebody_typed_does_not_run(chromium: Browser, tmp_path: Path) -> None:
    evil = "<img src=x onerror=\"document.title='gone'\"><script>document.title='gone'</script>"
    rows = [lead("L1", 公司名称=evil, 负责人=evil, 来源=evil, 联系人=evil, 录入时间=dt.date(2024, 6, 1)), lead("L2")]
    out = tmp_path / "a.html"
    assert run("report", team(tmp_path / "team.xlsx", rows), "-o", out, "--as-of", AS_OF.isoformat(), "--no-mask").exit_code == 0
    tab = Tab(chromium, out, 390, 844)
    assert tab.ask("document.title") == "销售线索汇总"
    assert tab.ask("document.images.length") == 0
    assert tab.complaints() == []
    assert "<img src=x" in tab.ask("document.body.innerText")
    tab.close()


def test_a_workbook_without_leads_opens_too(chromium: Browser, tmp_path: Path) -> None:
    out, book = tmp_path / "a.html", tmp_path / "new.xlsx"
    assert run("new", book).exit_code == 0
    assert run("report", book, "-o", out, "--as-of", AS_OF.isoformat()).exit_code == 0
    tab = Tab(chromium, out, 390, 844)
    assert tab.complaints() == []
    assert "还没有线索" in tab.ask("document.body.innerText")
    tab.close()
