"""Sheets are renamed, deleted and copied as in Excel."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from lxml import etree

from .excel import MAIN, RELATION, Book, Element, drop


def rename(path: Path, title: str, to: str) -> None:
    """Gives a sheet another name; formulas, names and charts follow."""
    book = Book(path)
    next(node for node in book.workbook.iter(f"{MAIN}sheet") if node.get("name") == title).set("name", to)
    quoted = "'" + to.replace("'", "''") + "'!"
    known = re.compile(rf"(?<![\w\u4e00-\u9fff'])(?:'{re.escape(title)}'|{re.escape(title)})!")
    for part in [name for name in book.parts if name.endswith(".xml") and name.startswith("xl/")]:
        for node in book.tree(part).iter("{*}f", "{*}formula", "{*}formula1", "{*}formula2", "{*}definedName"):
            node.text = known.sub(lambda _: quoted, node.text or "")
    book.save()


def delete_sheet(path: Path, title: str) -> None:
    """Deletes a sheet; what formulas and names said of it is lost."""
    book = Book(path)
    part, titles = book.part(title), book.titles()
    node = next(node for node in book.workbook.iter(f"{MAIN}sheet") if node.get("name") == title)
    relation, number = node.get(RELATION), titles.index(title)
    drop(node)
    for one in list(book.tree("xl/_rels/workbook.xml.rels")):
        if one.get("Id") == relation:
            drop(one)
    for one in list(book.tree("[Content_Types].xml")):
        if one.get("PartName") == f"/{part}":
            drop(one)
    for name in list(book.workbook.iter(f"{MAIN}definedName")):
        scope = name.get("localSheetId")
        if scope is not None and int(scope) == number:
            drop(name)
        elif scope is not None and int(scope) > number:
            name.set("localSheetId", str(int(scope) - 1))
        elif re.search(rf"(?<![\w'])'?{re.escape(title)}'?!", name.text or ""):
            name.text = "#REF!"
    book.trees.pop(part, None)
    del book.parts[part]
    book.save()


def copy_sheet(path: Path, title: str, to: str) -> None:
    """Copies a sheet to the end: its tables get other names, the names that refer to it come again for the copy alone."""
    book = Book(path)
    number, part = len(book.titles()) + 1, "xl/worksheets/sheetcopy.xml"
    book.parts[part] = etree.tostring(book.sheet(title))
    source = book.part(title)
    folder, name = posixpath.split(source)
    rels = f"{folder}/_rels/{name}.rels"
    types = book.tree("[Content_Types].xml")
    if rels in book.parts:
        book.parts[f"{folder}/_rels/sheetcopy.xml.rels"] = etree.tostring(_copied_parts(book, book.tree(rels), folder, types))
    etree.SubElement(types, str(types[-1].tag), PartName=f"/{part}", ContentType=_type_of(types, source))
    relations = book.tree("xl/_rels/workbook.xml.rels")
    kind = next(node.get("Type", "") for node in relations if node.get("Type", "").endswith("/worksheet"))
    etree.SubElement(relations, relations[0].tag, Id="rIdCopy", Type=kind, Target="worksheets/sheetcopy.xml")
    sheets = book.workbook.find(f"{MAIN}sheets")
    assert sheets is not None
    top = max(int(node.get("sheetId", "0")) for node in sheets)
    etree.SubElement(sheets, f"{MAIN}sheet", {"name": to, "sheetId": str(top + 1), RELATION: "rIdCopy"})
    names = book.workbook.find(f"{MAIN}definedNames")
    for node in list(names) if names is not None else ():
        if re.match(rf"'?{re.escape(title)}'?!", node.text or ""):
            copy = etree.fromstring(etree.tostring(node))
            copy.set("localSheetId", str(number - 1))
            copy.text = f"'{to}'!" + (node.text or "").rpartition("!")[2]
            node.addnext(copy)
    book.save()


def _copied_parts(book: Book, rels: Element, folder: str, types: Element) -> Element:
    """Copies of all parts that a sheet points to, and of what those point to; the relationships with the new targets."""
    copy = etree.fromstring(etree.tostring(rels))
    for node in list(copy):
        target = node.get("Target", "")
        target = target.lstrip("/") if target[:1] == "/" else posixpath.normpath(posixpath.join(folder, target))
        stem, suffix = posixpath.splitext(target)
        new = f"{stem}copy{suffix}"
        data = etree.tostring(book.tree(target)) if target in book.trees else book.parts[target]
        book.parts[new] = _other_table(data, book) if "/tables/" in target else data
        if suffix == ".xml":
            etree.SubElement(types, str(types[-1].tag), PartName=f"/{new}", ContentType=_type_of(types, target))
        node.set("Target", f"/{new}")
        within, name = posixpath.split(target)
        further = f"{within}/_rels/{name}.rels"
        if further in book.parts:
            copied = _copied_parts(book, book.tree(further), within, types)
            book.parts[f"{within}/_rels/{posixpath.basename(new)}.rels"] = etree.tostring(copied)
    return copy


def _other_table(data: bytes, book: Book) -> bytes:
    root = etree.fromstring(data)
    taken = [int(etree.fromstring(part).get("id", "0")) for name, part in book.parts.items() if "/tables/" in name]
    root.set("id", str(max(taken) + 1))
    for key in ("name", "displayName"):
        root.set(key, f"{root.get(key)}_2")
    return etree.tostring(root)


def _type_of(types: Element, part: str) -> str:
    return next(node.get("ContentType", "") for node in types if node.get("PartName") == f"/{part}")
