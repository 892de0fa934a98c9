"""The door to the readers of single cells."""

import re
from pathlib import Path

from funnelbook.funnel import parse

FOLDER = Path(parse.__file__).parent
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def test_every_public_name_is_there() -> None:
    assert all(hasattr(parse, name) for name in parse.__all__)


def test_no_word_of_the_domain_stands_in_the_readers() -> None:
    for path in FOLDER.glob("parse*.py"):
        assert not CJK.search(path.read_text(encoding="utf-8")), path.name
