"""HTML without anything that runs or is loaded: known elements, known styles, and addresses of one kind only.

That kind is an image that stands in the page itself: `<img src="data:image/png;base64,…">`, as reports and
small charts in tables have it. A drawing (SVG) is never among them: it would be a document of its own.
"""

from __future__ import annotations

import re

import nh3

from .tags import SHORT, in_order

_TAGS = """
    b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
    hr i img ins kbd li mark ol p pre s samp small span strong sub summary sup table tbody td tfoot th thead
    tr u ul var
"""
_ATTRIBUTES = {
    "*": {"style", "title"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_ELEMENTS = frozenset(_TAGS.split())
_ATTRIBUTE_NAMES = frozenset({"class", "id"}.union(*_ATTRIBUTES.values()))
_CLASSES = {"table": {"dataframe"}}
_STYLES = """
    background background-color border border-bottom border-collapse border-color border-left border-right
    border-style border-top border-width color font-size font-style font-weight height line-height max-height
    max-width min-height min-width padding padding-bottom padding-left padding-right padding-top text-align
    text-decoration vertical-align white-space width
"""
_STYLE_NAMES = frozenset(_STYLES.split())
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_STYLE_VALUE = re.compile(r"(?:[\w\s.,#%+!-]|\b(?:rgba?|hsla?|linear-gradient)\(|\))+")
"""Words, sizes and colours: no other function, so no address, and no character that could begin one."""

_MOST_TAGS = 500_000
"""To look at so many takes more than a second."""
_TOO_MANY = f"<p>HTML with more than {_MOST_TAGS:,} tags is not shown.</p>"

_LONGEST_STYLE, _LONGEST_STYLES = 1_000, 10_000_000
"""Characters of one cell's, and of all cells' together: what is said once may hold for many of them."""

_SHEET = re.compile(r"<style\b[^<>]*>([^<]*)</style", re.IGNORECASE)
_SELECTOR = re.compile(r"#([\w-]+)")
_ID = re.compile(r' id="([\w-]+)"')


def clean_html(text: str) -> str:
    """The page with only what is known to be harmless.

    pandas colours the cells of a table with a style sheet, by their ids. What it says becomes part of the
    cells; style sheets do not pass, since they would hold for the whole page.
    """
    if text.count("<") > _MOST_TAGS:
        return _TOO_MANY
    styles = _styles_by_id(text)
    if len(text) > SHORT:
        text = in_order(text, elements=_ELEMENTS, attributes=_ATTRIBUTE_NAMES)
    if styles:
        named = _clean(text, ids=True)
        # Each is one cell's: a page that gives many the same id would become very long.
        text = _ID.sub(lambda found: f' style="{styles.pop(found[1], "")}"', named)
    return _clean(text)


def _clean(text: str, *, ids: bool = False) -> str:
    return nh3.clean(
        text,
        tags=set(_ELEMENTS),
        clean_content_tags={"script", "style"},
        attributes={**_ATTRIBUTES, "*": _ATTRIBUTES["*"] | {"id"}} if ids else _ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_harmless,
        url_schemes={"data"},
    )


def _harmless(_tag: str, attribute: str, value: str) -> str | None:
    """What an attribute may say; None leaves it out."""
    match attribute:
        case "style":
            return _style(value) or None
        case "src":
            return value if _INLINE_IMAGE.fullmatch(value) else None
        case _:
            return value


def _style(text: str) -> str:
    kept = []
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        if name.strip().lower() in _STYLE_NAMES and _STYLE_VALUE.fullmatch(value.strip()):
            kept.append(f"{name.strip().lower()}:{value.strip()}")
    return ";".join(kept)


def _styles_by_id(text: str) -> dict[str, str]:
    styles: dict[str, str] = {}
    left = _LONGEST_STYLES
    for sheet in _SHEET.findall(text):
        for rule in sheet.split("}"):
            selectors, _, declarations = rule.partition("{")
            if style := _style(declarations):
                for selector in selectors.rpartition(";")[2].split(","):
                    if (name := _SELECTOR.fullmatch(selector.strip())) and left > len(style):
                        so_far = styles.get(name[1], "")
                        if len(so_far) + len(style) < _LONGEST_STYLE:
                            styles[name[1]] = f"{so_far}{style};"
                            left -= len(style)
    return styles
