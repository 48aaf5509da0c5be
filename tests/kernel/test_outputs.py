"""Outputs: what passes, and that nothing in it runs or is loaded."""

from __future__ import annotations

import asyncio
import re
from xml.etree import ElementTree

import pandas
import pytest

from jupyter_agent.kernel.outputs import Gate, clean_bundle, error_from, plain
from jupyter_agent.kernel.svg import clean_svg
from jupyter_agent.steps import DisplayOutput, StreamOutput

DATA_IMAGE = '<img src="data:image/png;base64,AAAA">'


def html(text: str) -> str:
    return clean_bundle({"text/html": text}).get("text/html", "")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<table class='dataframe evil' border=1><tr><td colspan=2>1</td></tr></table>", None),
        ("<script>alert(1)</script>text", "text"),
        ("<style>@import 'http://x'</style>text", "text"),
        ("<img src='http://x/?q=secret'>", "<img>"),
        ("<a href='http://secret.x/'>here</a>", "here"),
        ("<b onclick='x()'>b</b>", "<b>b</b>"),
        ("<div style='background:url(http://x);color:red'>d</div>", '<div style="color:red">d</div>'),
        ("<link rel=stylesheet href=http://x><base href=http://x><meta http-equiv=refresh>", ""),
        ("<iframe src=http://x></iframe><object data=http://x></object><embed src=http://x>", ""),
        ("<form action=http://x><input name=a><button>go</button></form>", "go"),
        ("<svg><image href='http://x'/></svg><math href='http://x'>m</math>", "m"),
        ("<video poster=http://x><source src=http://x></video>", ""),
        ("<td background='http://x'>t</td>", "t"),
        ("<img src=' data:image/png;base64,AAAA'>", "<img>"),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
        ("<img src='data:image/svg+xml,%3Csvg/%3E'>", "<img>"),
        ("<img src='data:image/png,AAAA'>", "<img>"),
        ("<img src='data:text/html;base64,AAAA'>", "<img>"),
        ("<img src='files/a.png'>", "<img>"),
        ("<img src='data:image/png;base64,AAAA' srcset='http://x 2x' onerror='x()'>", DATA_IMAGE),
        ("<p style='background:linear-gradient(90deg,red,url(http://x))'>p</p>", "<p>p</p>"),
        ("<p style='background:u\\72l(http://x)'>p</p>", "<p>p</p>"),
        ("<p style='background:image-set(\"http://x\" 1x)'>p</p>", "<p>p</p>"),
        ("<p style='background:src(\"http://x\")'>p</p>", "<p>p</p>"),
        ("<p style='color:xrgb(1)'>p</p>", "<p>p</p>"),
        ("<p style='position:fixed;color:rgb(1, 2, 3)'>p</p>", '<p style="color:rgb(1, 2, 3)">p</p>'),
    ],
)
def test_html(given: str, kept: str | None) -> None:
    if kept is None:
        assert 'class="dataframe"' in html(given)
        assert "evil" not in html(given)
        assert 'colspan="2"' in html(given)
    else:
        assert html(given) == kept


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_an_image_that_stands_in_the_page_is_kept(kind: str) -> None:
    image = f'<img src="data:image/{kind};base64,iVBORw0KGgo=" alt="spark" width="40" height="10">'
    assert html(f"<table><tr><td>{image}</td></tr></table>").count(image) == 1


def test_a_style_sheet_for_single_cells_becomes_part_of_them() -> None:
    page = """
    <style>@import url(http://x); #T_1_row0_col0, #T_1_row1_col0 { background-color: #440154; color: yellow; }
    #T_1_row0_col0 { width: 10em; background: linear-gradient(90deg, #d65f5f 57.1%, transparent 57.1%) }
    #T_1_row1_col0 { background: url(http://x); } body { color: red } #T_1 td:hover { color: blue }</style>
    <table id="T_1"><tr><td id="T_1_row0_col0" class="data">1</td></tr><tr><td id="T_1_row1_col0">2</td></tr>
    <tr><td id="other">id="T_1_row1_col0"</td></tr></table>"""
    clean = html(page)
    first = (
        '<td style="background-color:#440154;color:yellow;'
        'width:10em;background:linear-gradient(90deg, #d65f5f 57.1%, transparent 57.1%)">1</td>'
    )
    assert first in clean
    assert '<td style="background-color:#440154;color:yellow">2</td>' in clean
    for gone in ("http", "red", "blue", 'id="other', "<style"):
        assert gone not in clean


def test_a_style_sheet_cannot_bring_in_anything_else() -> None:
    page = """<style>#a { color: red } #b { color: red"onclick=x() } #c { color: '> }</style>
    <b id="a" title=' id="a"'>1</b><b id="b">2</b><b id="c">3</b>"""
    clean = html(page).strip()
    assert clean == '<b style="color:red" title=" id=&quot;a&quot;">1</b><b>2</b><b>3</b>'


@pytest.mark.parametrize(
    "text", ["<div>", "<p><b>", "<table>", "<td>", "</b>", "<!--", "<b '", '<b "', "<li a>"]
)
@pytest.mark.parametrize("length", [20_000, 1_000_000])
def test_disorder_is_cleaned_soon(text: str, length: int) -> None:
    html(text * (length // len(text)))


def test_a_page_of_very_many_tags_is_not_looked_through() -> None:
    assert html("<br>" * 4_000_000) == "<p>HTML with more than 500,000 tags is not shown.</p>"
    assert html("<b>1</b>" * 200_000).count("</b>") == 200_000


def test_a_page_does_not_grow() -> None:
    """What stays open is repeated by the parser, and a style holds for everything that has its name."""
    opened = "".join(f"<b title={i}>" for i in range(20_000))
    assert len(html(opened + "<p>x" * 20_000)) < 2_000_000
    style = "<style>" + "#a { color: red }" * 20_000 + "</style>"
    assert len(html(style + "<p id=a>x</p>" * 20_000)) < 2_000_000
    names = ",".join(f"#a{i}" for i in range(20_000))
    cells = "".join(f"<p id=a{i}>x</p>" for i in range(20_000))
    assert len(html(f"<style>{names} {{ {'color: red;' * 20_000} }}</style>{cells}")) < 20_000_000


def test_a_tag_with_very_many_attributes_is_cleaned_soon() -> None:
    assert html("<b " + " ".join(f"a{i}" for i in range(1_000_000)) + ">b</b>") == "<b>b</b>"


def test_a_long_page_keeps_what_a_short_one_keeps() -> None:
    row = (
        '<tr><th scope="row" title=\'a "b"\'>1</th><td STYLE="color:red" onclick="x()">a &lt; b <b>c</b><br>'
        '<img src="data:image/png;base64,AAAA" width=1></td></tr><!-- <td> --><script>"</td>"</script>'
    )
    one = html(f"<table>{row}</table>").removeprefix("<table><tbody>").removesuffix("</tbody></table>")
    assert "color:red" in one
    assert "<b>c</b>" in one
    assert html(f"<table>{row * 2_000}</table>") == f"<table><tbody>{one * 2_000}</tbody></table>"


def test_elements_that_need_no_end() -> None:
    listed = "<ul>" + "<li>one<li>two" * 2_000 + "</ul><p>a<p>b"
    cleaned = html(listed)
    assert cleaned.count("<li>") == cleaned.count("</li>") == 4_000
    assert cleaned.endswith("</ul><p>a</p><p>b</p>")
    assert "a &lt; b" in html("a < b" + "<p>x" * 10_000)


@pytest.mark.parametrize("text", ["<style", "<style>", "<style>{", "<style>a{b", "#a{", 'id="a" ', "<p id='"])
def test_html_of_any_kind_is_cleaned_soon(text: str) -> None:
    """What grows with the square of the length would not end before the test is given up."""
    html(text * (1_000_000 // len(text)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("# Title\n\na < b, **bold**, [link](http://x)", None),
        ("![a](http://x)", "!\\[a](http://x)"),
        ("![a][r]\n\n[r]: http://x", "!\\[a][r]\n\n[r]: http://x"),
        ("\\![a](http://x)", "\\![a](http://x)"),
        ("\\\\![a](http://x)", "\\\\!\\[a](http://x)"),
        ("<img src=http://x>", "&lt;img src=http://x>"),
        ("```mermaid\ngraph", "```text\ngraph"),
    ],
)
def test_markdown(given: str, kept: str | None) -> None:
    assert clean_bundle({"text/markdown": given})["text/markdown"] == (given if kept is None else kept)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>@import url(http://x)</style>",
        "<foreignObject><p>p</p></foreignObject>",
        '<a href="http://x"><text>t</text></a>',
        '<image href="http://x/i.png"/>',
        '<image xlink:href="http://x/i.png"/>',
        '<use href="http://x/i.svg#a"/>',
        '<rect fill="url(http://x)"/>',
        "<rect style=\"fill: url('http://x')\"/>",
        '<rect style="fill: \\75 rl(http://x)"/>',
        "<rect style=\"fill: image-set('http://x' 1x)\"/>",
        '<rect style="fill: red; position: fixed; width: calc(100vw)"/>',
        '<rect onload="x()" onclick="x()"/>',
        '<animate attributeName="href" to="http://x"/>',
        '<set attributeName="href" to="http://x"/>',
        '<feImage href="http://x"/>',
        '<html:img xmlns:html="http://www.w3.org/1999/xhtml" src="http://x"/>',
    ],
)
def test_svg_loads_and_runs_nothing(inside: str) -> None:
    clean = clean_svg(SVG.format(inside))
    assert clean.startswith("<svg")
    without_namespaces = clean.replace("http://www.w3.org/", "")
    assert "http:" not in without_namespaces
    assert "(" not in without_namespaces
    assert "on" not in without_namespaces.split("<svg", 1)[1]


def test_a_drawing_stays_where_it_is() -> None:
    drawing = SVG.format("").replace("<svg", '<svg style="fill: red; Position: fixed; z-index: 9"', 1)
    assert "style" not in clean_svg(drawing)
    kept = "style=\"font: 10px 'DejaVu Sans'; text-anchor: middle; image-rendering:pixelated;\""
    assert kept in clean_svg(SVG.format(f"<text {kept}>t</text>"))


def test_svg_keeps_the_drawing() -> None:
    pixel = "data:image/png;base64,iVBORw0KGgo="
    drawing = SVG.format(
        '<defs><clipPath id="c"><rect width="1" height="1"/></clipPath></defs>'
        '<g clip-path="url(#c)" transform="translate(1 2) scale(3)"><path d="M 0 0 L 1 1" style="fill:#fff"/>'
        f'<use xlink:href="#c" x="1"/><image xlink:href="{pixel}"/><text>label</text></g>'
    )
    clean = clean_svg(drawing)
    for part in (
        'clip-path="url(#c)"',
        "translate(1 2)",
        "M 0 0 L 1 1",
        'xlink:href="#c"',
        pixel,
        "label",
        "#fff",
    ):
        assert part in clean


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 5_000 + "<text>deep</text>" + "</g>" * 5_000,
        f'<path d="{"a" * 1_000_000}"/>',
        f'<path d="{"(" * 1_000_000}"/>',
        "<a/>" * 200_000,
    ],
    ids=["deep", "a word without end", "brackets", "much to remove"],
)
def test_svg_of_any_kind_is_cleaned_soon(inside: str) -> None:
    clean = clean_svg(SVG.format(inside + "<text>kept</text>"))
    assert "kept" in clean
    assert "deep" not in clean


def test_a_drawing_does_not_grow() -> None:
    entity = "x" * 1_000_000
    grown = SVG.format("<text>" + "&a;" * 90 + "</text>")
    assert clean_svg(f'<!DOCTYPE svg [<!ENTITY a "{entity}">]>{grown}') == ""


def drawn(text: str) -> int:
    """How many elements a browser draws of it."""
    root = ElementTree.fromstring(clean_svg(text))
    names = {name: element for element in reversed(list(root.iter())) if (name := element.get("id"))}
    href = "{http://www.w3.org/1999/xlink}href"

    def count(element: ElementTree.Element) -> int:
        used = names.get((element.get("href") or element.get(href) or "")[1:])
        return 1 + sum(map(count, element)) + (0 if used is None else count(used))

    return count(root)


def test_a_drawing_does_not_use_itself_without_end() -> None:
    doubling = '<rect id="a0"/>' + "".join(
        f'<g id="a{n}"><use href="#a{n - 1}"/><use xlink:href="#a{n - 1}"/></g>' for n in range(1, 22)
    )
    assert drawn(SVG.format(doubling)) < 100
    many = '<g id="a">' + "<rect/>" * 2_000 + "</g>" + '<use href="#a"/>' * 2_000
    assert drawn(SVG.format(many)) < 400_000
    twice = '<g id="a"><use href="#b"/></g><rect id="a"/><use id="b" href="#c"/><use href="#a"/>'
    assert clean_svg(SVG.format(twice)).count('href="#') == 1


@pytest.mark.parametrize("name", ["#%61", "# a", "#a ", "#&#10;a", "x#a", "#"])
def test_what_is_used_is_named_as_it_is(name: str) -> None:
    assert 'href="' not in clean_svg(SVG.format(f'<use href="{name}"/><use xlink:href="{name}"/>'))


def test_a_plot_of_many_points_keeps_them() -> None:
    points = '<defs><path id="m1" d="M 0 0"/></defs>' + '<g><use xlink:href="#m1" x="1"/></g>' * 20_000
    assert clean_svg(SVG.format(points)).count('xlink:href="#m1"') == 20_000


@pytest.mark.parametrize("given", ["", "<svg", "<html/>", "<svg/>", '<!DOCTYPE svg [<!ENTITY a "b">]>&a;'])
def test_what_is_not_svg_is_left_out(given: str) -> None:
    assert clean_bundle({"image/svg+xml": given, "text/plain": "p"}) == {"text/plain": "p"}


def test_other_representations() -> None:
    bundle = clean_bundle(
        {
            "text/plain": "\x1b[31mred\x1b[0m",
            "text/latex": "$x$",
            "application/json": {"a": [1]},
            "image/png": "iVBORw0KGgo=\n",
            "image/jpeg": "x' onload='alert(1)",
            "application/javascript": "alert(1)",
            "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
            "application/pdf": "JVBERi0=",
        }
    )
    assert bundle == {
        "text/plain": "red",
        "text/latex": "$x$",
        "application/json": '{"a": [1]}',
        "image/png": "iVBORw0KGgo=\n",
    }


def test_terminal_commands_are_taken_out() -> None:
    assert plain("\x1b[0;31ma\x1b[39m \x1b]8;;http://x\x07b\x1b[2K\n") == "a b\n"


async def test_content_of_another_form_is_passed_over() -> None:
    gate = Gate(1_000)
    assert await gate.output("display_data", {"data": "text"}) is None
    assert await gate.output("display_data", {"data": {"text/plain": 1, "text/html": ["x"]}}) is None
    assert await gate.output("comm_open", {"data": {"text/plain": "x"}}) is None
    stream = await gate.output("stream", {"name": 3, "text": 4})
    assert stream == StreamOutput(name="stdout", text="4")
    assert error_from({"ename": 1, "evalue": None, "traceback": "x"}).traceback == ""


async def test_outputs_are_cut_once_in_all() -> None:
    gate = Gate(1_000)
    text = "x" * 500
    assert await gate.output("stream", {"name": "stdout", "text": text}) == StreamOutput(
        name="stdout", text=text
    )
    cut = await gate.output("display_data", {"data": {"text/plain": "y" * 501}})
    assert isinstance(cut, StreamOutput)
    assert "cut at 1,000 characters" in cut.text
    assert await gate.output("stream", {"name": "stdout", "text": "1"}) is None
    assert await gate.output("error", {"ename": "E", "evalue": "m", "traceback": []}) is not None


@pytest.mark.parametrize("kind", ["display_data", "stream", "error"])
async def test_outputs_without_end_are_cut_however_short_they_are(kind: str) -> None:
    gate = Gate(10_000)
    content = {"data": {"text/plain": "1"}, "text": "1", "ename": "E", "evalue": "1", "traceback": ["1"]}
    shown = [output for _ in range(1_000) if (output := await gate.output(kind, content)) is not None]
    assert len(shown) < 60
    assert len([output for output in shown if isinstance(output, StreamOutput) and "cut" in output.text]) == 1


async def test_a_long_output_is_made_harmless_while_others_go_on() -> None:
    gate = Gate(10_000_000)
    table = "<table>" + "<tr><td onclick='x()'>1</td></tr>" * 50_000 + "</table>"
    reading = asyncio.ensure_future(gate.output("display_data", {"data": {"text/html": table}}))
    waits = 0
    while not reading.done():
        await asyncio.sleep(0.001)
        waits += 1
    shown = reading.result()
    assert waits > 1, "it was done in one go"
    assert isinstance(shown, DisplayOutput)
    assert "onclick" not in shown.data["text/html"]


async def test_a_stream_is_cut_where_the_limit_is() -> None:
    cut = await Gate(3).output("stream", {"name": "stdout", "text": "12345"})
    assert isinstance(cut, StreamOutput)
    assert cut.text.startswith("123\n")
    assert "45" not in cut.text


def test_long_errors_keep_their_ends() -> None:
    error = error_from({"ename": "E", "evalue": "begin" + "x" * 100_000 + "end", "traceback": []})
    assert error.message.startswith("begin")
    assert error.message.endswith("end")
    assert len(error.message) < 21_000


async def test_results_are_told_from_other_displays() -> None:
    gate = Gate(1_000)
    data = {"data": {"text/plain": "1"}}
    result = DisplayOutput(data={"text/plain": "1"}, is_result=True)
    assert await gate.output("execute_result", data) == result
    assert await gate.output("display_data", data) == DisplayOutput(data={"text/plain": "1"})


def test_a_table_that_pandas_colours_keeps_its_colours() -> None:
    frame = pandas.DataFrame({"sales": [1.5, -2.0]})
    clean = html(frame.style.background_gradient().bar(align="mid").format("{:.1f}").to_html())
    cells = re.findall(r'<td style="([^"]*)">(-?[\d.]+)</td>', clean)
    assert [text for _, text in cells] == ["1.5", "-2.0"]
    for style, _ in cells:
        assert "background-color:#" in style
        assert "linear-gradient(" in style
    assert "#T_" not in clean
