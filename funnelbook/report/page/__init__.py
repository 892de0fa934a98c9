"""The figures of one workbook as one web page that needs nothing else: text, tables, charts; no network."""

from .content import Content, document
from .html import html

__all__ = ["Content", "document", "html"]
