"""What other programs rely on: the public names, the keys of the JSON in their order, and the file side underneath."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import funnelbook
from funnelbook import errors
from funnelbook.book import Package, apply
from funnelbook.edits import EditPlan, PutCell, PutColumn, PutSheet, Style
from funnelbook.errors import FunnelbookError, UnsafeEditError, UsageError

from .workbooks import AS_OF, ROOT, SHARED, lead, opened, run, team

KEYS: dict[str, list[str]] = {
    "": (
        "schema workbook output as_of profile lang tables findings leads metrics reminders undetermined changed_parts added_parts backup"
    ).split(),
    "tables": "kind profile sheet header_row first_row last_row rows columns unmapped".split(),
    "findings": "code severity sheet cell row field lead_id value message".split(),
    "leads": (
        "lead_id sheet row score_min score_max tier tier_typed tier_in_force tier_check first_touch touches last_touch "
        "next_touch follow_up level level_suggested owner_suggested result completeness"
    ).split(),
    "metrics": (
        "leads results by_source by_tier by_level by_owner by_month stages cycle loss_reasons lost_reasons first_touch "
        "follow_up completeness pipeline_weighted"
    ).split(),
    "reminders": "rule severity state kind sheet row lead_id owner due".split(),
    "undetermined": "rule table missing".split(),
}
"""By place in the document, as DESIGN 3 has them."""
RATE = "key leads won closed conversion closed_conversion".split()
STATES = {
    "results": "won not_won lost nurturing open".split(),
    "first_touch": "on_time late overdue waiting exempt undetermined".split(),
    "follow_up": "ok due overdue review_due pool pool_tomorrow pool_candidate closed undetermined".split(),
    "cycle": "n mean_days median_days".split(),
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON of a refresh of the team's sample, as the command line prints it."""
    path = Path(shutil.copyfile(ROOT / "samples" / "02-team.xlsx", tmp_path_factory.mktemp("api") / "book.xlsx"))
    return dict(json.loads(run("refresh", path, "--as-of", "2024-06-20", "--json").stdout))


def test_the_document_has_its_keys_in_their_order(document: dict[str, Any]) -> None:
    assert list(document) == KEYS[""]
    assert list(document["metrics"]) == KEYS["metrics"]


@pytest.mark.parametrize("place", ["tables", "findings", "leads", "reminders"])
def test_every_row_of_the_document_has_its_keys_in_their_order(document: dict[str, Any], place: str) -> None:
    assert document[place] != []
    for row in document[place]:
        assert list(row) == KEYS[place]


def test_what_could_not_be_judged_has_its_keys(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    found = funnelbook.audit(path, as_of=AS_OF).to_dict()["undetermined"]
    assert found != []
    assert all(list(row) == KEYS["undetermined"] for row in found)


@pytest.mark.parametrize("group", ["by_source", "by_tier", "by_owner", "by_month"])
def test_the_rates_have_their_keys_and_their_order(document: dict[str, Any], group: str) -> None:
    rates = document["metrics"][group]
    assert rates != []
    assert all(list(rate) == RATE for rate in rates)
    assert [rate["leads"] for rate in rates] == sorted((rate["leads"] for rate in rates), reverse=True)


@pytest.mark.parametrize("states", STATES)
def test_the_states_are_codes_in_their_order(document: dict[str, Any], states: str) -> None:
    assert list(document["metrics"][states]) == STATES[states]


def test_the_figures_of_the_document_agree_with_its_leads(document: dict[str, Any]) -> None:
    metrics, leads = document["metrics"], document["leads"]
    assert metrics["leads"] == len(leads) == 120
    for state in ("first_touch", "follow_up"):
        counts = {code: sum(one[state] == code for one in leads) for code in STATES[state]}
        assert metrics[state] == counts
    assert metrics["results"] == {code: sum(one["result"] == code for one in leads) for code in STATES["results"]}
    for group in ("by_source", "by_tier", "by_owner", "by_month"):
        assert sum(rate["leads"] for rate in metrics[group]) == len(leads)


def test_the_values_of_the_document_are_of_their_kinds(document: dict[str, Any]) -> None:
    assert document["schema"] == "funnelbook.refresh/1"
    assert (document["as_of"], document["profile"], document["lang"]) == ("2024-06-20", "tracking", "zh")
    assert Path(document["output"]).name == "book.xlsx"
    assert Path(document["backup"]).parent.name == "funnelbook-backup"
    assert "xl/workbook.xml" in document["changed_parts"]
    for one in document["leads"]:
        assert isinstance(one["lead_id"], str)
        assert isinstance(one["row"], int)
        assert 0 <= one["score_min"] <= one["score_max"] <= 100
        assert one["tier_check"] in {"same", "differs", "untyped", "incomplete"}
        for day in ("last_touch", "next_touch"):
            assert one[day] is None or dt.datetime.fromisoformat(one[day])
    for reminder in document["reminders"]:
        assert reminder["severity"] in {"owner", "supervisor", "reassign"}
        assert dt.date.fromisoformat(reminder["due"])
    assert document["tables"][0]["columns"]["lead_id"] == "A"


def test_the_rates_are_rounded_to_four_digits(document: dict[str, Any]) -> None:
    ratios = [rate["conversion"] for rate in document["metrics"]["by_source"]] + [document["metrics"]["completeness"]]
    assert all(ratio == round(ratio, 4) for ratio in ratios)


def test_the_documents_own_example_comes_out_exactly(tmp_path: Path) -> None:
    example = SHARED / "examples" / "rules9.json"
    if not example.exists():
        pytest.skip("../shared/examples is not there")
    answer = json.loads(example.read_text(encoding="utf-8"))
    path = tmp_path / "rules9.xlsx"
    path.write_bytes((SHARED / "examples" / "rules9.xlsx").read_bytes())
    found = json.loads(run("refresh", path, "--as-of", answer["as_of"], "--json").stdout)
    assert found["profile"] == answer["profile"]
    for key in ("leads", "metrics"):
        assert found[key] == answer[key]
        assert json.dumps(found[key]) == json.dumps(answer[key])


# ---- Python ------------------------------------------------------------------------------------------------------------------


def test_the_public_names_are_three() -> None:
    assert sorted(funnelbook.__all__) == ["Report", "audit", "refresh"]
    assert all(hasattr(funnelbook, name) for name in funnelbook.__all__)
    with pytest.raises(AttributeError, match="frobnicate"):
        _ = funnelbook.frobnicate


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, funnelbook; sys.exit(bool({'pandas', 'openpyxl', 'lxml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_a_text_is_no_as_of_date(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        funnelbook.audit(team(tmp_path / "book.xlsx", [lead("L1")]), as_of="2024-06-20")  # type: ignore[arg-type]
    assert caught.value.facts == {"problem": "as_of", "value": "'2024-06-20'"}


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("as_of", [dt.date(2024, 6, 20), dt.datetime(2024, 6, 20, 18, 30, 59)], ids=["date", "datetime"])
def test_refresh_takes_a_path_or_a_text_and_a_date_or_a_moment(tmp_path: Path, kind: type, as_of: dt.date) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")])
    report = funnelbook.refresh(kind(path), output=kind(tmp_path / "out.xlsx"), as_of=as_of)
    assert isinstance(report, funnelbook.Report)
    found = report.to_dict()
    assert found["as_of"] == ("2024-06-20T18:30" if isinstance(as_of, dt.datetime) else "2024-06-20")
    assert (found["workbook"], found["output"], found["backup"]) == (str(path), str(tmp_path / "out.xlsx"), None)
    assert (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("kind", [str, Path])
def test_audit_writes_nothing(tmp_path: Path, kind: type) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")])
    before = path.read_bytes()
    found = funnelbook.audit(kind(path), as_of=AS_OF).to_dict()
    assert found["schema"] == "funnelbook.audit/1"
    assert list(found) == KEYS[""]
    assert (found["output"], found["backup"], found["changed_parts"], found["added_parts"]) == (None, None, [], [])
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["book.xlsx"]


def test_without_a_moment_now_is_judged_by(tmp_path: Path) -> None:
    before = dt.datetime.now().replace(second=0, microsecond=0)
    found = funnelbook.audit(team(tmp_path / "book.xlsx", [lead("L1")])).to_dict()
    assert before <= dt.datetime.fromisoformat(found["as_of"]) <= dt.datetime.now()


def test_the_document_is_json_as_it_is(tmp_path: Path) -> None:
    found = funnelbook.audit(team(tmp_path / "book.xlsx", [lead("L1", 预计成交时间="明年")])).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_file_side_edits_any_workbook(tmp_path: Path) -> None:
    path = team(tmp_path / "any.xlsx", [lead("L1")])
    package = Package.open(str(path))
    plan = EditPlan(
        [
            PutCell(sheet="线索信息表", row=12, column=1, value="funnelbook", style=Style(fill="FFFF00")),
            PutSheet(title="FB_汇总", rows=[["a", 1], ["b", 2.5]]),
        ]
    )
    changed = apply(plan, package)
    assert set(changed) == package.changed | package.added
    package.save(str(tmp_path / "out.xlsx"))
    book = opened(tmp_path / "out.xlsx")
    assert (book["线索信息表"]["A12"].value, book["线索信息表"]["A12"].fill.fgColor.rgb[-6:]) == ("funnelbook", "FFFF00")
    assert [[cell.value for cell in row] for row in book["FB_汇总"].iter_rows()] == [["a", 1], ["b", 2.5]]


def test_an_unsafe_edit_changes_nothing(tmp_path: Path) -> None:
    path = team(tmp_path / "any.xlsx", [lead("L1")])
    package = Package.open(path)
    plan = EditPlan(
        [
            PutSheet(title="FB", rows=[["a"]]),
            PutColumn("线索信息表", 2, 1, "系统评分", 2, [100], mark="leads.1.score"),
        ]
    )
    with pytest.raises(UnsafeEditError):
        apply(plan, package)
    assert (package.changed, package.added, package.dropped) == (frozenset(), frozenset(), frozenset())
    assert package.to_bytes() == path.read_bytes()


def test_an_edit_of_a_sheet_that_is_not_there_is_unsafe(tmp_path: Path) -> None:
    package = Package.open(team(tmp_path / "any.xlsx", [lead("L1")]))
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([PutCell("nowhere", 1, 1, "a")]), package)


CODES = (
    "not_found not_a_workbook old_format encrypted doctype duplicate_entry bad_crc broken_xml unknown_namespace too_large "
    "protected signed no_table ambiguous_table locked changed_meanwhile read_only unsafe_edit"
).split()


def test_the_errors_have_the_codes_that_programs_know() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, FunnelbookError)]
    assert {kind.code for kind in kinds} == {*CODES, "usage", "error"}


def test_an_error_crosses_the_border_of_a_process_whole() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(errors.LockedError(path="a.xlsx", holder="Alice")))
    assert (type(error), error.facts) == (errors.LockedError, {"path": "a.xlsx", "holder": "Alice"})


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(PutSheet(title="W", rows=[[1] * 16_385]), id="a row beyond column XFD"),
        pytest.param(PutCell("线索信息表", 30, 1, [1]), id="a list"),  # type: ignore[arg-type]
        pytest.param(PutCell("线索信息表", 30, 1, b"a"), id="bytes"),  # type: ignore[arg-type]
        pytest.param(PutCell("线索信息表", 30, 1, 1j), id="a complex number"),  # type: ignore[arg-type]
        pytest.param(PutCell("线索信息表", 30, 1, "a", Style(fill="#FFFF00")), id="a colour with a sign"),
        pytest.param(PutCell("线索信息表", 30, 1, "a", Style(color="red")), id="a colour by its name"),
        pytest.param(PutSheet(title="History", rows=[["a"]]), id="the title that Excel keeps for itself"),
        pytest.param(PutSheet(title="\U0001f600" * 16, rows=[["a"]]), id="32 units of UTF-16"),
    ],
)
def test_what_excel_would_repair_is_unsafe(tmp_path: Path, edit: Any) -> None:
    path = team(tmp_path / "any.xlsx", [lead("L1")])
    package = Package.open(path)
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([edit]), package)
    assert package.to_bytes() == path.read_bytes()


def test_decimals_times_and_missing_values_are_written_as_what_they_are(tmp_path: Path) -> None:
    package = Package.open(team(tmp_path / "any.xlsx", [lead("L1")]))
    values: list[Any] = [Decimal("2.5"), dt.time(9, 30), dt.timedelta(hours=1), pd.NA, pd.NaT, np.float64(0.5), np.int64(7)]
    apply(EditPlan([PutSheet(title="值", rows=[values])]), package)
    package.save(tmp_path / "out.xlsx")
    (row,) = opened(tmp_path / "out.xlsx")["值"].values
    assert row == (2.5, "09:30:00", "1:00:00", None, None, 0.5, 7)
