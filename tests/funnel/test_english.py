"""English workbooks: every field has a header and every word a synonym in English, and exports of other programs are read (RULES.md 8)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from funnelbook.funnel.fields import TableFields
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.inspect import inspection
from funnelbook.funnel.parse import header_key
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.report.rule_blocks import label_in
from funnelbook.words import LANGUAGES, say

from .build import assessed_grids, found, grid

RULES = RuleBook.default()
FIELDS = [(kind, name) for kind, table in RULES.tables.items() for name in table.fields]
OTHERWISE = {("leads", "amount"), ("progress", "amount"), ("progress", "status"), ("deliveries", "status")}
"""Fields that one table calls otherwise than the others do."""


def table(kind: str) -> TableFields:
    return RULES.tables[kind]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_our_word_for_a_field_is_a_header_of_it_in_every_table(kind: str, name: str, lang: str) -> None:
    bound = table(kind).by_header.get(header_key(say(f"field.{name}", lang)))
    assert bound == name or (kind, name) in OTHERWISE
    assert table(kind).by_header[header_key(label_in(kind, name, RULES, lang))] == name


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_field_has_a_chinese_and_an_english_header(kind: str, name: str) -> None:
    aliases = table(kind).fields[name].aliases
    assert any(alias.isascii() for alias in aliases)
    assert any(not alias.isascii() for alias in aliases)


def test_a_cycle_with_its_unit_is_the_users_and_one_without_is_ours() -> None:
    head = ["Lead ID", "Result", "Loss reason"]
    leads = grid([["Lead ID", "Contact", "Phone", "Source"], ["1", "Li", "138", "Website"]])
    letters = [
        find_tables([leads, grid([[*head, cycle], ["1", "Won", None, 45]], "Results")], RULES).of("conversions")[0].letters()
        for cycle in ("Cycle (days)", "Cycle")
    ]
    assert [found.get("cycle_days") for found in letters] == ["D", None]


@pytest.mark.parametrize("kind", RULES.tables)
def test_no_header_means_two_fields_of_a_table(kind: str) -> None:
    aliases = [alias for field in table(kind).fields.values() for alias in set(field.aliases)]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize("vocabulary", RULES.vocabularies)
def test_every_word_has_an_english_synonym_that_is_read_as_it(vocabulary: str) -> None:
    known = RULES.vocabularies[vocabulary]
    for word in known.canonical:
        english = [text for text in known.synonyms(word) if text.isascii() and len(text) > 1]
        assert english
        assert {known.read(text.upper()) for text in english} == {word}


EXPORTS: Mapping[str, tuple[list[str], dict[str, str], list[str]]] = {
    "HubSpot contacts": (
        ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Company Name", "Lead Status", "Contact owner", "Create Date"],
        {"Record ID": "lead_id", "Last Name": "contact", "Lead Status": "status", "Contact owner": "owner", "Create Date": "entered_at"},
        ["First Name"],
    ),
    "HubSpot deals": (
        ["Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Associated Company", "Pipeline"],
        {
            "Deal Stage": "status",
            "Close Date": "expected_close",
            "Deal owner": "owner",
            "Amount": "amount",
            "Associated Company": "company",
        },
        ["Deal Name", "Pipeline"],
    ),
    "Salesforce leads": (
        [
            "Lead ID",
            "Last Name",
            "Title",
            "Company / Account",
            "Lead Source",
            "Lead Status",
            "Rating",
            "Lead Owner",
            "Created Date",
            "Street",
        ],
        {"Company / Account": "company", "Lead Source": "source", "Rating": "tier", "Lead Owner": "owner", "Created Date": "entered_at"},
        ["Street"],
    ),
    "Salesforce opportunities": (
        ["Opportunity ID", "Opportunity Owner", "Account Name", "Stage", "Close Date", "Probability (%)", "Amount", "Fiscal Period"],
        {"Opportunity ID": "lead_id", "Opportunity Owner": "owner", "Stage": "status", "Probability (%)": "probability"},
        ["Fiscal Period"],
    ),
    "Zoho leads": (
        [
            "Record Id",
            "Lead Owner",
            "Company",
            "Last Name",
            "Designation",
            "Email",
            "Phone",
            "Lead Source",
            "Lead Status",
            "Created Time",
            "Tag",
        ],
        {"Record Id": "lead_id", "Designation": "title", "Created Time": "entered_at"},
        ["Tag"],
    ),
    "Pipedrive deals": (
        [
            "Deal - ID",
            "Deal - Title",
            "Deal - Organization",
            "Deal - Owner",
            "Deal - Stage",
            "Deal - Expected close date",
            "Person - Phone",
        ],
        {
            "Deal - ID": "lead_id",
            "Deal - Organization": "company",
            "Deal - Expected close date": "expected_close",
            "Person - Phone": "phone",
        },
        ["Deal - Title"],
    ),
    "纷享销客": (
        [
            "线索名称",
            "姓名",
            "公司",
            "职务",
            "电话",
            "邮件",
            "线索来源",
            "线索状态",
            "负责人",
            "分配时间",
            "最后跟进时间",
            "创建时间",
            "线索池",
        ],
        {"姓名": "contact", "公司": "company", "邮件": "email", "最后跟进时间": "last_follow_up_at", "创建时间": "entered_at"},
        ["线索名称", "线索池"],
    ),
    "销售易": (
        ["姓名", "公司名称", "手机", "线索来源", "状态", "销售线索所有人", "创建日期", "最近活动记录时间", "邮政编码"],
        {"销售线索所有人": "owner", "创建日期": "entered_at", "最近活动记录时间": "last_follow_up_at", "状态": "status"},
        ["邮政编码"],
    ),
}


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_of_another_program_is_read_and_the_rest_is_listed(program: str) -> None:
    headers, fields, unknown = EXPORTS[program]
    (leads,) = find_tables([grid([headers, [f"{header} 1" for header in headers]])], RULES).leads
    bound = {leads.headers[column]: name for name, columns in leads.binding.items() for column in columns}
    assert {header: bound.get(header) for header in fields} == fields
    assert leads.unmapped == unknown


def test_an_unknown_header_is_listed_with_the_nearest_field_as_a_hint_only() -> None:
    tables = find_tables([grid([["Lead ID", "Source", "Owner", "Lead Sorce", "Zzz"], ["1", "Web", "Li", "x", "y"]])], RULES)
    assert "Lead Sorce" not in tables.leads[0].binding
    assert inspection(tables, RULES)["tables"][0]["unmapped"] == [
        {"header": "Lead Sorce", "nearest": "source"},
        {"header": "Zzz", "nearest": None},
    ]


def test_statuses_and_sources_of_other_programs_are_read() -> None:
    rows = [
        ["Lead ID", "Company", "Lead Source", "Lead Status", "Owner"],
        ["1", "Alpha", "Web Download", "Open - Not Contacted", "Li"],
        ["2", "Beta", "External Referral", "Proposal/Price Quote", "Li"],
        ["3", "Gamma", "Trade Show", "Closed Won", "Wu"],
        ["4", "Delta", "Carrier pigeon", "Hibernating", "Wu"],
    ]
    assessment = assessed_grids([grid(rows, "Leads")])
    assert found(assessment, "vocabulary.unknown") == ["Leads!C5", "Leads!D5"]
    assert assessment.leads["result"].tolist() == ["open", "open", "won", "open"]
