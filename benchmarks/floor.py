"""The least that a change of the lead sheet costs: python benchmarks/floor.py expat|iterparse WORKBOOK."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib

LEAD_SHEET = "xl/worksheets/sheet1.xml"


def main(parser: str, path: str) -> None:
    """Inflates and parses every sheet and the shared strings, and deflates the lead sheet as it came in."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                content = package.read(name)
                _parse(parser, content)
                if name == LEAD_SHEET:
                    zlib.compress(content, 6)


def _parse(parser: str, content: bytes) -> None:
    if parser == "expat":
        from xml.parsers import expat  # only what is used counts as start-up

        expat.ParserCreate().Parse(content, True)
    else:
        from lxml import etree

        for _, element in etree.iterparse(io.BytesIO(content)):
            element.clear()


if __name__ == "__main__":
    main(*sys.argv[1:])
