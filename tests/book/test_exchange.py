"""Files that change places in one step."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from funnelbook.book.exchange import exchanged

linux = pytest.mark.skipif(sys.platform != "linux", reason="files change places in one step on Linux alone")


def two(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "一.xlsx", folder / "other.xlsx"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    return one, other


@linux
def test_two_files_change_places(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    assert exchanged(one, other)
    assert (one.read_bytes(), other.read_bytes()) == (b"other", b"one")


@linux
def test_a_file_that_is_not_there_changes_places_with_none(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    other.unlink()
    with pytest.raises(OSError, match=str(other)) as caught:
        exchanged(one, other)
    assert caught.value.errno == errno.ENOENT
    assert one.read_bytes() == b"one"


def test_where_it_cannot_be_done_nothing_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    assert not exchanged(one, other)
    assert (one.read_bytes(), other.read_bytes()) == (b"one", b"other")
