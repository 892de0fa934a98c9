"""Writes the sample workbooks anew: python samples/make.py [FOLDER]. The same call gives the same files."""

from __future__ import annotations

import sys
from pathlib import Path

import document
import export
import lifecycle
import messy
import own_sheets
import registry
import team
import tiering

SAMPLES = {
    "01-document.xlsx": document.write,
    "02-team.xlsx": team.write,
    "03-messy.xlsx": messy.write,
    "04-own-sheets.xlsx": own_sheets.write,
    "05-registry.xlsx": registry.write,
    "06-lifecycle.xlsx": lifecycle.write,
    "07-tiering.xlsx": tiering.write,
    "08-crm-export.xlsx": export.write,
}


def main(folder: Path) -> None:
    """Writes every sample into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in SAMPLES.items():
        write(folder / name)
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
