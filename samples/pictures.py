"""Writes docs/pictures/*.png and docs/samples.md: what refreshed samples look like. Needs LibreOffice and Poppler.

Each sample is refreshed twice, a week apart, so that the summary has something to compare with. Its summary, audit and
reminders are drawn as they print, 1,366 pixels wide, the audit and the reminders by their first page. Of one sample the
rules are drawn, too, and of one some columns of the leads with ours beside them.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from PIL import Image, ImageChops

from funnelbook import refresh
from funnelbook.book import Package, read_grids

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
DAYS = (dt.date(2024, 6, 13), dt.date(2024, 6, 20))
SHEETS = ("summary", "audit", "reminders")
OF_RULES, OF_LEADS = "02-team", "03-messy"
"""Samples whose rules and whose leads are drawn."""
TOP = 0.468
"""Of the page of rules."""
LEADS = "A5:AB24"
LEADS_COLUMNS = {2: 14.0, 3: 11.0, 10: 12.0, 11: 14.0, 13: 9.0}
OUR_COLUMNS = {"score": 9.0, "tier": 9.0, "tier_check": 34.0, "first_touch": 20.0, "next_touch": 12.0, "follow_up": 13.0, "issues": 48.0}
"""Shown, with their widths in characters."""
WIDTH, LEADS_WIDTH, MARGIN, FOOTER = 1366, 1700, 12, 0.07
A4_LANDSCAPE = 11.69
"""Inches."""
COLOURS = 128
HEAD = """# The samples, refreshed

What `funnelbook refresh` makes of the workbooks in `samples/`: the summary, and the first page of the audit and of the
reminders, as they print. Every sample was refreshed as of 2024-06-13 and as of 2024-06-20. `make pictures` draws them anew.
"""


def main() -> None:
    """Draws all pictures and writes the page that shows them."""
    (PICTURES / "samples").mkdir(parents=True, exist_ok=True)
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        for sample in sorted((ROOT / "samples").glob("*.xlsx")):
            book = Path(folder) / sample.name
            shutil.copyfile(sample, book)
            for day in DAYS:
                refresh(book, as_of=day, keep_backup=False)
            lines.append(f"## {sample.stem}\n")
            lines += [f"![{sheet} of {sample.stem}](pictures/samples/{name})\n" for sheet, name in _draw(book)]
            if sample.stem == OF_LEADS:
                _draw_leads(book)
    (DOCS / "samples.md").write_text("\n".join(lines), encoding="utf-8")


def _draw(book: Path) -> list[tuple[str, str]]:
    """Sheet and file name of each picture of a workbook."""
    printed, found = _printed(book), []
    for grid in read_grids(Package.open(book)):
        if grid.own_sheet in SHEETS:
            name = f"{book.stem}-{grid.own_sheet}.png"
            _save(_page(printed, str(grid.value(1, 1))), PICTURES / "samples" / name)
            found.append((grid.own_sheet, name))
        elif grid.own_sheet == "rules" and book.stem == OF_RULES:
            page = _page(printed, str(grid.value(1, 1)))
            _save(page.crop((0, 0, page.width, round(page.height * TOP))), PICTURES / "rules.png")
    return found


def _draw_leads(book: Path) -> None:
    """The leads as they look on the screen, without the columns that would make the picture too wide."""
    copy = openpyxl.load_workbook(book)
    leads = copy.worksheets[0]
    for sheet in copy.worksheets[1:]:
        sheet.sheet_state = "hidden"
    (found,) = (grid for grid in read_grids(Package.open(book)) if grid.sheet == leads.title)
    ours = {own.range.left: OUR_COLUMNS.get(own.key.rpartition(".")[2]) for own in found.own_columns}
    for column in range(1, leads.max_column + 1):
        width = (LEADS_COLUMNS | ours).get(column)
        shape = leads.column_dimensions[get_column_letter(column)]
        shape.min = shape.max = column
        shape.hidden, shape.width = width is None, width or shape.width
    leads.print_area = LEADS
    leads.print_title_rows = None
    leads.page_setup.orientation, leads.page_setup.fitToWidth, leads.page_setup.fitToHeight = "landscape", 1, 1
    leads.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    leads.oddFooter.center.text = leads.oddHeader.center.text = None
    shown = book.with_name("leads.xlsx")
    copy.save(shown)
    printed = _printed(shown)
    _save(_page(printed, width=LEADS_WIDTH), PICTURES / "leads-columns.png")


def _printed(book: Path) -> Path:
    """The workbook as a PDF."""
    profile = f"-env:UserInstallation=file://{book.parent}/profile"
    command = ["soffice", "--headless", "--norestore", profile, "--convert-to", "pdf", "--outdir", str(book.parent), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return book.with_suffix(".pdf")


def _page(printed: Path, heading: str = "", width: int = WIDTH) -> Image.Image:
    """The first page that begins with a heading, or the first of all."""
    pages = subprocess.run(["pdftotext", str(printed), "-"], check=True, capture_output=True, text=True).stdout.split("\f")
    number = next(n for n, text in enumerate(pages, 1) if not heading or text.strip().splitlines()[:1] == [heading])
    target = printed.with_suffix("")
    resolution = round(width / A4_LANDSCAPE)
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(resolution), "-f", str(number), "-l", str(number), str(printed), str(target)]
    subprocess.run(command, check=True)
    return Image.open(target.with_suffix(".png")).convert("RGB")


def _save(page: Image.Image, target: Path) -> None:
    """What is on the page above its footer, with few colours."""
    page = page.crop((0, 0, page.width, round(page.height * (1 - FOOTER))))
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert box is not None, f"{target} would be empty"
    left, top, right, bottom = box
    edges = (max(0, left - MARGIN), max(0, top - MARGIN), min(page.width, right + MARGIN), min(page.height, bottom + MARGIN))
    page.crop(edges).quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
