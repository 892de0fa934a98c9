"""Reading single cells: one distinct value in, one typed value or one Trouble out (RULES.md 1 and 8)."""

from .parse_contacts import Phone, company_key, parse_email, parse_key, parse_people, parse_phone, plain_mobiles, shown_id, split_contact
from .parse_dates import Moment, parse_date
from .parse_money import Money, parse_money, parse_number, parse_probability
from .parse_text import Trouble, normal_text
from .parse_vocabulary import Vocabulary, header_key, header_unit, traditional, word_key
from .parse_words import ParseWords, is_empty

__all__ = [
    "Moment",
    "Money",
    "ParseWords",
    "Phone",
    "Trouble",
    "Vocabulary",
    "company_key",
    "header_key",
    "header_unit",
    "is_empty",
    "normal_text",
    "parse_date",
    "parse_email",
    "parse_key",
    "parse_money",
    "parse_number",
    "parse_people",
    "parse_phone",
    "parse_probability",
    "plain_mobiles",
    "shown_id",
    "split_contact",
    "traditional",
    "word_key",
]
