"""Broken workbooks: each is edited without loss or refused with a reason; `make fuzz` plays many more."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import tracemalloc
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from funnelbook.book import Package
from funnelbook.book.archive import Archive
from funnelbook.errors import DoctypeError, FunnelbookError, TooLargeError

from .book.build import workbook_parts, zipped
from .workbooks import ROOT

pytestmark = pytest.mark.thorough

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


@pytest.fixture(name="fuzz", scope="module")
def _fuzz() -> ModuleType:
    """What plays one input."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import fuzz_input
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    return fuzz_input


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the inputs are played in forks")
def test_of_500_broken_workbooks_each_is_edited_without_loss_or_refused() -> None:
    document = _fuzzed("--count", "500", "--seed", "7")
    assert document["failures"] == {}
    assert document["inputs"] == 500
    assert document["outcomes"]["edited"] > 100
    assert document["outcomes"]["refreshed"] > 0


def test_a_workbook_that_is_broken_in_every_way_at_every_kind_of_place_is_edited_without_loss_or_refused() -> None:
    document = _fuzzed("--sweep", "built")
    assert document["failures"] == {}
    assert document["inputs"] > 700
    assert document["outcomes"]["edited"] > 400


def _fuzzed(*options: str) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / "fuzz.py"), *options, "--json"]
    played = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert played.stdout, played.stderr
    document: dict[str, Any] = json.loads(played.stdout)
    return document


def _played(fuzz: ModuleType, data: bytes, number: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        outcome = fuzz.play(data, Path(folder), number)
    assert not outcome.failed, outcome.detail
    return str(outcome.kind)


@FEW
@given(name=st.text(), value=st.text(max_size=40))
def test_any_attribute_of_a_cell_may_hold_anything(fuzz: ModuleType, name: str, value: str) -> None:
    chosen = ("r", "s", "t", "cm", "spans", "ht")[len(name) % 6]
    text = "".join(f"&#{ord(sign)};" for sign in value if sign.isprintable())
    rows = f'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c {chosen}="{text}"><v>0</v></c></row>'
    _played(fuzz, zipped(workbook_parts({"a": rows}, strings=["x"])), 1)


@FEW
@given(number=st.integers(-(2**40), 2**40), what=st.sampled_from(["row", "cell", "column", "style", "string"]))
def test_any_number_may_stand_where_a_number_stands(fuzz: ModuleType, number: int, what: str) -> None:
    assume(what != "cell" or not 20_000 < number <= 1_048_576)  # so far away, a cell that contradicts its row is left out or believed
    rows = {
        "row": f'<row r="{number}"><c><v>1</v></c></row>',
        "cell": f'<row r="1"><c r="B{number}"><v>1</v></c></row>',
        "column": f'<row r="1" spans="{number}:{number}"><c r="A1"><v>1</v></c></row>',
        "style": f'<row r="1" s="{number}" customFormat="1"><c r="A1" s="{number}"><v>1</v></c></row>',
        "string": f'<row r="1"><c r="A1" t="s"><v>{number}</v></c></row>',
    }
    _played(fuzz, zipped(workbook_parts({"a": rows[what]}, strings=["x"])), 2)


@FEW
@given(place=st.integers(0, 10_000), bits=st.integers(1, 255))
def test_any_byte_of_the_zip_may_be_other(fuzz: ModuleType, place: int, bits: int) -> None:
    data = bytearray(zipped(workbook_parts({"a": ROW}, strings=["x"])))
    data[place % len(data)] ^= bits
    _played(fuzz, bytes(data), 4)


@FEW
@given(length=st.integers(0, 10_000))
def test_the_zip_may_end_anywhere(fuzz: ModuleType, length: int) -> None:
    data = zipped(workbook_parts({"a": ROW}, strings=["x"]))
    kind = _played(fuzz, data[: length % len(data)], 1)
    assert kind.startswith("refused")


def test_the_same_seed_breaks_the_same_way(fuzz: ModuleType) -> None:
    entries = fuzz.unzipped(zipped(workbook_parts({"a": ROW}, strings=["x"])))
    one, other = (fuzz.mutated(entries, random.Random("7:1")) for _ in range(2))
    assert one == other


# ---- bombs ---------------------------------------------------------------------------------------------------------------------------


def _bomb(parts: int, size: int, said: int | None = None) -> bytes:
    """A workbook with parts that inflate to *size* zeros each; their headers say *said*."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = b"".join([*(stream.compress(bytes(2**20)) for _ in range(size >> 20)), stream.flush()])
    small = zipped(workbook_parts({"a": ROW}, strings=["x"], extra={f"xl/b{n}.xml": f"mark {n:06}" for n in range(parts)}), 0)
    crc = zlib.crc32(bytes(size))
    out, offsets = bytearray(), []
    central = small.index(b"PK\1\2")
    at = 0
    while small[at : at + 4] == b"PK\3\4":
        name_length, length = int.from_bytes(small[at + 26 : at + 28], "little"), int.from_bytes(small[at + 18 : at + 22], "little")
        end = at + 30 + name_length + length
        offsets.append(len(out))
        out += _swollen(small[at:end], 14, 30 + name_length, packed, crc, size if said is None else said)
        at = end
    start, at = len(out), central
    for offset in offsets:
        end = at + 46 + int.from_bytes(small[at + 28 : at + 30], "little")
        record = bytearray(small[at:end])
        if b"xl/b" in record:
            record[10:12] = (8).to_bytes(2, "little")
            record[16:28] = b"".join(n.to_bytes(4, "little") for n in (crc, len(packed), size if said is None else said))
        record[42:46] = offset.to_bytes(4, "little")
        out += record
        at = end
    tail = bytearray(small[at:])
    tail[12:20] = b"".join(n.to_bytes(4, "little") for n in (len(out) - start, start))
    return bytes(out + tail)


def _swollen(local: bytes, at: int, head: int, packed: bytes, crc: int, size: int) -> bytes:
    if b"xl/b" not in local[:head]:
        return local
    record = bytearray(local[:head])
    record[8:10] = (8).to_bytes(2, "little")
    record[at : at + 12] = b"".join(n.to_bytes(4, "little") for n in (crc, len(packed), size))
    return bytes(record) + packed


@pytest.mark.parametrize(("parts", "size", "said"), [(1, 2**28, None), (3, 2**27, None), (1, 2**28, 1000)], ids=["large", "many", "a lie"])
def test_a_zip_bomb_is_refused_before_it_is_inflated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int, size: int, said: int | None
) -> None:
    path, inflated = tmp_path / "bomb.xlsx", []
    path.write_bytes(_bomb(parts, size, said))
    inflate = Archive.inflate

    def counting(archive: Archive, entry: Any) -> bytes:
        data = inflate(archive, entry)
        inflated.append(len(data))
        return data

    monkeypatch.setattr(Archive, "inflate", counting)
    tracemalloc.start()
    try:
        with pytest.raises(FunnelbookError) as caught:
            Package.open(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.code == ("too_large" if said is None else "bad_crc")
    assert sum(inflated) < 2**16
    assert peak < path.stat().st_size * 2 + 2**20


def test_an_honest_part_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(zipped(workbook_parts({"a": ROW}, strings=["x"], extra={"xl/media/blank.bmp": bytes(2**20)})))
    assert Package.open(path).read("xl/media/blank.bmp") == bytes(2**20)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/app.xml"])
def test_an_entity_bomb_is_refused_before_anything_is_expanded(tmp_path: Path, part: str) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "funnel" * 100}">' for n in range(9))
    path, parts = tmp_path / "bomb.xlsx", workbook_parts({"a": ROW}, strings=["x"])
    parts[part] = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&e8;</x>'
    path.write_bytes(zipped(parts))
    tracemalloc.start()
    try:
        with pytest.raises(DoctypeError):
            Package.open(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**20


def test_a_sheet_of_very_many_cells_is_refused_before_they_are_made(tmp_path: Path) -> None:
    from funnelbook.book import read_grids

    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(9_000, 1_048_576, 9_000))
    wide = "".join(f'<c r="{name}1"><v>1</v></c>' for name in ("A", "NA", "ABA", "AOA", "BBA", "BOA", "CBA", "COA"))
    path = tmp_path / "wide.xlsx"
    path.write_bytes(zipped(workbook_parts({"a": f'<row r="1">{wide}</row>{rows}'})))
    with pytest.raises(TooLargeError):
        read_grids(Package.open(path))
