"""SVG drawings without anything that runs or is loaded: known elements, known attributes, no addresses."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_USE = f"{{{_SVG}}}use"

_ELEMENT_NAMES = """
    circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern polygon polyline
    radialGradient rect stop svg symbol text textPath title tspan use
"""
_ATTRIBUTE_NAMES = """
    clip-path clip-rule cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family font-size
    font-style font-weight fx fy gradientTransform gradientUnits height id marker-end marker-mid marker-start
    markerHeight markerUnits markerWidth mask offset opacity orient patternTransform patternUnits points
    preserveAspectRatio r refX refY rotate rx ry spreadMethod stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style
    text-anchor textLength transform version viewBox visibility width x x1 x2 y y1 y2
"""
_STYLE_NAMES = """
    display font font-stretch font-variant image-rendering letter-spacing line-height mix-blend-mode
    paint-order shape-rendering text-rendering vector-effect white-space word-spacing
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_STYLES = _ATTRIBUTES | frozenset(_STYLE_NAMES.split())
"""What a style may set: how the drawing looks, and not where it stands in the page."""
_FUNCTION = re.compile(r"((?<![\w-])[\w-]++|)\(\s*([\"']?#?)")
_HARMLESS_FUNCTIONS = {
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "matrix",
    "translate",
    "rotate",
    "scale",
    "skewX",
    "skewY",
}
_DEEPEST, _MOST_ELEMENTS = 100, 300_000
_FRAGMENT = re.compile(r"#[\w.:-]+")
_EMBEDDED_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*")


def clean_svg(text: str) -> str:
    """The drawing with only what is known to be harmless; empty if it is not a drawing."""
    if "<!ENTITY" in text or text.count("<") > _MOST_ELEMENTS:
        # Entities repeat what was said once: a short drawing would fill the memory. Nothing draws with them.
        return ""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - there are no entities
    except ElementTree.ParseError:
        return ""
    if root.tag != f"{{{_SVG}}}svg":
        return ""
    sizes: dict[str, float] = {}
    _clean(root, sizes)
    _limit_uses(root, sizes)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element, sizes: dict[str, float], depth: int = _DEEPEST) -> float:
    """How many elements it draws, which goes into `sizes` if it has a name."""
    for name, value in list(element.attrib.items()):
        if not _harmless(element, name, value):
            del element.attrib[name]
    kept = []
    # What holds a `use` is never used itself: a few lines would draw more than there is time for.
    size: float = math.inf if element.tag == _USE else 1
    for child in element:
        namespace, _, name = str(child.tag).rpartition("}")
        if depth and namespace == f"{{{_SVG}" and name in _ELEMENTS:
            size += _clean(child, sizes, depth - 1)
            kept.append(child)
    # All at once: to remove one takes a look at those before it.
    element[:] = kept
    if named := element.get("id"):
        sizes[named] = max(size, sizes.get(named, 0))
    return size


def _limit_uses(root: ElementTree.Element, sizes: Mapping[str, float]) -> None:
    """Let drawings be used again until that makes too many elements."""
    left: float = _MOST_ELEMENTS
    for use in root.iter(_USE):
        for name in ("href", _XLINK_HREF):
            size = sizes.get(use.get(name, "").removeprefix("#"), 0)
            if size > left:
                del use.attrib[name]
            else:
                left -= size


def _harmless(element: ElementTree.Element, name: str, value: str) -> bool:
    if name in ("href", _XLINK_HREF):
        if element.tag == f"{{{_SVG}}}image":
            return _EMBEDDED_IMAGE.fullmatch(value) is not None
        return _FRAGMENT.fullmatch(value) is not None
    if name not in _ATTRIBUTES or "\\" in value or "@" in value:
        return False
    if name == "style" and not _STYLES.issuperset(_names_in(value)):
        return False
    return all(
        function in _HARMLESS_FUNCTIONS or (function == "url" and argument.lstrip("\"'") == "#")
        for function, argument in _FUNCTION.findall(value)
    )


def _names_in(style: str) -> set[str]:
    """What its declarations set; a comment makes a name that is not known."""
    return {name for part in style.split(";") if (name := part.partition(":")[0].strip().lower())}
