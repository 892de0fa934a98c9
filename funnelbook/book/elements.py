"""New elements that fit beside others: same namespace, same prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from .xml import namespace

Element = etree._Element


def new(like: Element, name: str, attributes: Mapping[str, str] | None = None, **prefixes: str) -> Element:
    """An element in the namespace of *like*, written with its prefixes and those of *prefixes* (prefix=namespace)."""
    known: dict[Any, str] = {**like.nsmap, **prefixes}
    return etree.Element(f"{{{namespace(like)}}}{name}", dict(attributes or {}), nsmap=known)


def add(parent: Element, name: str, attributes: Mapping[str, str] | None = None) -> Element:
    """Appends an element in the namespace of its parent."""
    return etree.SubElement(parent, f"{{{namespace(parent)}}}{name}", dict(attributes or {}))


def attributes_of(node: Element) -> dict[str, str]:
    """Attributes by name, those of other namespaces as ``{namespace}name``."""
    return {str(name): str(value) for name, value in node.attrib.items()}


def detach(node: Element) -> None:
    """Takes an element out of whatever it stands in: that may be an mc:AlternateContent where its parent is looked for."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def unset(node: Element, name: str) -> None:
    """Takes an attribute away where there is one."""
    if name in node.attrib:
        del node.attrib[name]
