"""Industries of GB/T 4754-2017 (RULES.md 2, industry.unknown)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.industries import industries

from .build import assessed, found, one
from .registry import registered, registry

WRITTEN = [
    pytest.param("制造业", "制造业", id="a section"),
    pytest.param("制造", "制造业", id="a section without its ending"),
    pytest.param("C", "制造业", id="a letter"),
    pytest.param("C 制造业", "制造业", id="a letter and its name"),
    pytest.param("汽车制造业", "汽车制造业", id="a division"),
    pytest.param("36", "汽车制造业", id="a number"),
    pytest.param(36, "汽车制造业", id="a number in a number cell"),
    pytest.param(1, "农业", id="a number cell has no leading zero"),
    pytest.param("C36汽车制造", "汽车制造业", id="letter, number and name"),
    pytest.param("农林牧渔业", "农、林、牧、渔业", id="without the signs of the list"),
    pytest.param("計算機、通信和其他電子設備製造業", "计算机、通信和其他电子设备制造业", id="Traditional signs"),
    pytest.param("制造业(新能源)", "制造业", id="with a remark in brackets"),
    pytest.param("Manufacturing", "制造业", id="in English"),
    pytest.param("房地产", "房地产业", id="a section that is its only division"),
]


@pytest.mark.parametrize(("written", "name"), WRITTEN)
def test_how_people_write_an_industry_of_the_standard(written: Any, name: str) -> None:
    assert industries().read(written) == (name,)


def test_a_section_and_its_division_may_stand_in_one_cell() -> None:
    assert industries().read("制造业/汽车制造业") == ("制造业", "汽车制造业")
    assert industries().read("制造业-飞碟") == ()


def test_there_are_20_sections_and_97_divisions_each_of_which_is_read_by_name_and_code() -> None:
    known = industries()
    assert "".join(known.sections) == "ABCDEFGHIJKLMNOPQRST"
    assert list(known.divisions) == [f"{number:02d}" for number in range(1, 98)]
    for code, name in {**known.sections, **known.divisions}.items():
        assert known.read(code) == known.read(name) == known.read(f"{code} {name}") == (name,)


def test_a_division_stands_for_its_section_too() -> None:
    known = industries()
    assert known.around("36") == {"汽车制造业", "制造业"}
    assert known.around("制造业") == {"制造业"}
    assert known.around("飞碟业") == {"飞碟"}


@pytest.mark.parametrize("written", ["飞碟研究", "98", "U", "C1311", "其他", "互联网+"])
def test_an_industry_outside_the_standard_is_reported_at_its_cell(written: str) -> None:
    assert found(registered(registry(所属行业=written)), "industry.unknown") == ["线索登记!I2"]


@pytest.mark.parametrize("written", ["制造业", "65", "Finance", None, "无", "/"])
def test_no_industry_is_reported_that_the_standard_has_or_that_is_blank(written: str | None) -> None:
    assert found(registered(registry(所属行业=written)), "industry.unknown") == []


def test_an_unknown_industry_comes_with_the_nearest_as_a_hint() -> None:
    finding = one(registered(registry(所属行业="餐饮行业")), "industry.unknown")
    assert (finding.severity, finding.facts) == ("warning", {"nearest": "餐饮业"})


def test_the_companys_key_industries_are_known() -> None:
    leads = registry({"所属行业": "医疗器械"}, {"所属行业": "新能源"})
    assert found(registered(leads, key_industries=("医疗器械业",)), "industry.unknown") == ["线索登记!I3"]


def test_other_profiles_write_their_industries_as_they_like() -> None:
    assert found(assessed([{"industry": "飞碟研究"}]), "industry.unknown") == []
