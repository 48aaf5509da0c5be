"""Nothing that a model or its code writes makes the browser ask anyone for anything."""

from __future__ import annotations

import pytest

from .analyst import Analyst
from .panel import Panel

pytestmark = pytest.mark.browser

ELSEWHERE = "http://elsewhere.test"

HTML_OUTPUT = f"""
from IPython.display import HTML, display
display(HTML('''
<p id="marker">shown</p>
<img src="{ELSEWHERE}/html.png" alt="spy">
<img src="{ELSEWHERE}/a.png" srcset="{ELSEWHERE}/srcset.png 2x">
<video poster="{ELSEWHERE}/poster.png" src="{ELSEWHERE}/x.mp4" autoplay></video>
<div style="background-image: url({ELSEWHERE}/css.png)">styled</div>
<svg><image href="{ELSEWHERE}/svg.png"/></svg>
<style>@import url({ELSEWHERE}/style.css);</style>
<link rel="stylesheet" href="{ELSEWHERE}/link.css">
<iframe src="{ELSEWHERE}/frame"></iframe>
<script>fetch("{ELSEWHERE}/script")</script>
<b onclick="alert(1)">bold</b>
<img src=x onerror="fetch('{ELSEWHERE}/onerror')">
'''))
"""

MARKDOWN = f"""
See ![the chart]({ELSEWHERE}/answer.png) and <img src="{ELSEWHERE}/raw.png">.

[A link](http://elsewhere.test/link) is fine.

<iframe src="{ELSEWHERE}/frame"></iframe>
"""


def test_nothing_remote_is_loaded(panel: Panel, analyst: Analyst) -> None:
    analyst.programs = [HTML_OUTPUT]
    analyst.answer = MARKDOWN
    panel.ask("Show me something")
    panel.wait_until_done()
    output = panel.steps.first.locator(".jp-Agent-outputs")
    output.get_by_text("shown", exact=True).wait_for()
    panel.answer.get_by_text("[image not loaded: the chart]").wait_for()
    panel.page.wait_for_load_state("networkidle")
    assert [request for request in panel.requests if ELSEWHERE in request] == []
    assert panel.root.locator("iframe, script, video, style, link").count() == 0
    assert panel.root.locator("[onclick], [onerror]").count() == 0
    assert panel.answer.get_by_role("link", name="A link").get_attribute("rel") == "noopener"
    looked_up = panel.page.locator('head meta[http-equiv="x-dns-prefetch-control"]')
    assert looked_up.get_attribute("content") == "off"
