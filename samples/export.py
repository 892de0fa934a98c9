"""An export of another CRM in English: one sheet, its own headers and stages, no follow-up log, as it comes out of a button."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Font

import steady

DEALS = 30
HEADERS = (
    "Record ID",
    "Account Name",
    "Contact Name",
    "Phone",
    "Email",
    "Lead Source",
    "Description",
    "Lead Owner",
    "Stage",
    "Amount",
    "Probability",
    "Close Date",
    "Create Date",
    "Last Modified By",
)
COMPANIES = ("Northwind", "Bluefield", "Harbor", "Kestrel", "Maple", "Orchid", "Summit", "Tidewater", "Verdant", "Willow")
TRADES = ("Logistics", "Foods", "Medical", "Textiles", "Robotics", "Energy")
PEOPLE = ("Anna Berg", "Tom Reed", "Mei Lin", "Joao Silva", "Priya Nair", "Sam Cole")
OWNERS = ("Dana Fox", "Lee Wong", "Eva Stein")
SOURCES = ("Website", "Trade Show", "Referral", "Phone Inquiry", "Online Ads", "Partner")
STAGES = (("New", 10), ("Contacted", 20), ("Qualified", 40), ("Proposal", 60), ("Negotiation", 80), ("Closed Won", 100), ("Closed Lost", 0))
NEEDS = ("Warehouse automation", "CRM replacement", "Quality tracking", "Field service app", "Inventory sync")


def write(path: Path) -> None:
    """One sheet named as the CRM names it."""
    rng, book = Random(20240504), Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "deals-export"
    sheet.append(HEADERS)
    names = rng.sample([f"{a} {b}" for a in COMPANIES for b in TRADES], DEALS)
    for number, company in enumerate(names, start=1):
        created = dt.datetime(2024, 4, 1, 9, 30) + dt.timedelta(days=number * 2, hours=rng.randint(0, 7))
        stage, probability = rng.choice(STAGES)
        who = rng.choice(PEOPLE)
        mail = f"{who.split()[0].lower()}@{company.split()[0].lower()}{number}.example"
        close = created.date() + dt.timedelta(days=rng.choice((20, 45, 75, 120)))
        phone = f"+1 415 555 {number:04d}"
        deal = (rng.choice(SOURCES), rng.choice(NEEDS), rng.choice(OWNERS), stage, rng.choice((12000, 25000, 48000, 90000)), probability)
        sheet.append([9000 + number, company, who, phone, mail, *deal, close, created, "sync-bot"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2, min_col=12, max_col=13):
        row[0].number_format, row[1].number_format = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
    for letter, width in zip("ABCDEFGHIJKLMN", (10, 22, 14, 16, 28, 14, 24, 12, 12, 10, 10, 12, 17, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    steady.save(book, path, "export")
