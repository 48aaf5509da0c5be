"""What code or a model would write to make a browser run something, or ask somebody else for something."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress

FLAG = "window.taken=1"
"""What every script here would do."""
SVG = "http://www.w3.org/2000/svg"


class Elsewhere:
    """A server that nobody may ask: it notes every connection, also those that no request is seen of."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """From here on nobody can connect."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                visitor.settimeout(0.5)
                with visitor, suppress(OSError):
                    self.visits.append(visitor.recv(200).decode(errors="replace"))
                    continue
                self.visits.append("")


def html(url: str) -> str:
    """Each way that HTML has."""
    return f"""
<p>html-shown $\\style{{background:url({url}/in-html)}}{{x}}$</p>
<img src="{url}/img" alt="spy"><img src=x onerror="{FLAG}"><img srcset="{url}/srcset 2x">
<img src="data:image/svg+xml,%3Csvg xmlns='{SVG}'%3E%3Cimage href='{url}/in-svg'/%3E%3C/svg%3E">
<picture><source srcset="{url}/picture"><img src="{url}/picture-img"></picture>
<video poster="{url}/poster" src="{url}/video" autoplay></video><audio src="{url}/audio" autoplay></audio>
<link rel="stylesheet" href="{url}/link"><link rel="preload" as="image" href="{url}/preload">
<link rel="dns-prefetch" href="{url}"><link rel="preconnect" href="{url}"><base href="{url}/">
<meta http-equiv="refresh" content="0;url={url}/refresh">
<style>@import url({url}/import); p {{ background: url({url}/style) }}</style>
<div style="background-image:url({url}/css)">d</div><div style="background:u\\72l({url}/escaped)">e</div>
<div style="list-style-image:image-set('{url}/set' 1x);content:url({url}/content)">f</div>
<div style="cursor:url({url}/cursor),auto;background:linear-gradient(red,url({url}/gradient))">g</div>
<table background="{url}/table"><tr><td background="{url}/td">t</td></tr></table>
<iframe src="{url}/frame"></iframe><iframe srcdoc="<script>parent.{FLAG}</script>"></iframe>
<object data="{url}/object"></object><embed src="{url}/embed"><frameset><frame src="{url}/old"></frameset>
<form action="{url}/form"><input type="image" src="{url}/input"><button formaction="{url}/f">h</button>
<svg onload="{FLAG}"><image href="{url}/svg"/><use href="{url}/use#a"/><script>{FLAG}</script>
<foreignObject><img src="{url}/foreign"></foreignObject><style>@import url({url}/svg-style);</style></svg>
<math><mtext><img src="{url}/math" onerror="{FLAG}"></mtext></math>
<noscript><img src="{url}/noscript"></noscript><template><img src="{url}/template"></template>
<script>{FLAG}; fetch("{url}/fetch")</script><script src="{url}/script"></script>
<details ontoggle="{FLAG}" open>g</details><b onclick="{FLAG}" data-commandlinker-command="x">h</b>
<a href="javascript:{FLAG}">i</a><a href="{url}/ping" ping="{url}/ping">j</a>
"""


def formulas(url: str) -> str:
    """What TeX can ask of MathJax, in formulas of their own."""
    written = [
        rf"\href{{{url}/href}}{{x}}",
        rf"\href{{javascript:{FLAG}}}{{y}}",
        rf"\style{{background:url({url}/tex)}}{{x}}",
        rf"\style{{background-image:url({url}/tex-image);content:url({url}/tex-content)}}{{x}}",
        rf"\style{{background-color:red;background:u\72l({url}/tex-escaped)}}{{x}}",
        r"\class{jp-Agent evil}{x}",
        r"\cssId{main}{x}",
        r"\data{commandlinker-command=x}{x}",
        r"\require{html}\unicode[serif]{65}",
        rf"\unicode[url({url}/font)]{{65}}",
        rf"\includegraphics[width=1cm]{{{url}/graphics}}",
        rf"\require{{{url}/require}}x",
        rf"\mmlToken{{mi}}[src='{url}/mml' href='javascript:{FLAG}']{{x}}",
        rf"\mmlToken{{mi}}[style='background:url({url}/mml-style)']{{x}}",
        rf"\text{{<img src={url}/text onerror={FLAG}>}}",
        rf"\def\a{{\style{{background:url({url}/macro)}}{{x}}}}\a",
    ]
    return "\n\n".join(f"$${formula}$$ and ${formula}$" for formula in written)


def markdown(url: str) -> str:
    """Images, HTML and links of all kinds, and formulas."""
    return f"""markdown-shown ![one]({url}/one) ![two][ref] \\![three]({url}/three) <img src="{url}/raw">

[ref]: {url}/reference

[run](javascript:{FLAG}) [run](&#106;avascript:{FLAG}) [run](<java&Tab;script:{FLAG}>) [run][js]

[a]($" onfocus="{FLAG}" autofocus tabindex="0" x="$) {url}/$" onfocus="{FLAG}" autofocus x="$

<javascript:{FLAG}>

```py"onfocus="{FLAG}"autofocus="1"tabindex="0
code
```

[js]: javascript:{FLAG}

<iframe src="{url}/markdown-frame"></iframe>

| a |
|---|
| ![table]({url}/table-cell) |

```mermaid
graph LR
  A["<img src={url}/mermaid>"] --> B
  click A href "javascript:{FLAG}"
```

{formulas(url)}
"""


def svg(url: str) -> str:
    """A drawing that would load and act."""
    return f"""<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" onload="{FLAG}" width="40"
 height="20" style="position:fixed;background:url({url}/svg-background)">
<script>{FLAG}</script><style>@import url({url}/svg-import);</style><rect width="9" height="9" fill="red"/>
<image href="{url}/svg-image"/><image xlink:href="{url}/svg-xlink"/><use href="{url}/svg-use#a"/>
<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="{url}/svg-frame"/></foreignObject>
<a href="javascript:{FLAG}"><text>a</text></a><animate attributeName="href" to="{url}/svg-animate"/>
<rect fill="url({url}/svg-fill#a)" filter="url({url}/svg-filter#a)"/></svg>"""


def bundles(url: str) -> list[dict[str, object]]:
    """Displays, each with one representation that is not harmless."""
    vega = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": {"url": f"{url}/vega"}}
    return [
        {"text/html": html(url)},
        {"text/markdown": markdown(url)},
        {"text/latex": formulas(url)},
        {"image/svg+xml": svg(url)},
        {"application/json": {"<img src=x onerror=window.taken=1>": f"{url}/json"}, "text/plain": "json"},
        {"application/javascript": f"{FLAG}; fetch('{url}/javascript')", "text/plain": "javascript"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1", "version_major": 2}},
        {"application/vnd.vegalite.v5+json": {**vega, "mark": "bar"}, "text/plain": "vega"},
        {"application/vnd.vega.v5+json": {"data": [{"name": "a", "url": f"{url}/vega"}]}},
        {"application/pdf": "JVBERi0="},
        {"image/png": f'x" onerror="{FLAG}'},
        {"application/vnd.jupyterlab-agent+json": {}, "text/plain": "unknown"},
    ]


def program(url: str) -> str:
    """Code that shows all of it, in each way that there is."""
    return f"""
import json, sys
from IPython.display import HTML, IFrame, Image, Javascript, Markdown, display, update_display
for bundle in json.loads({json.dumps(bundles(url))!r}):
    display(bundle, raw=True, metadata={{kind: {{"isolated": True}} for kind in bundle}})
handle = display(HTML("before"), display_id="changed")
update_display(HTML({html(url).replace("html-shown", "html-updated")!r}), display_id="changed")
display(Image(url={url + "/image-url"!r}), Javascript({FLAG!r}), IFrame({url + "/iframe-url"!r}, 9, 9))
get_ipython().run_cell_magic("html", "", {html(url)!r})
get_ipython().run_cell_magic("javascript", "", {FLAG!r})
page = {{"text/html": {html(url)!r}, "text/plain": {html(url)!r}}}
get_ipython().payload_manager.write_payload({{"source": "page", "data": page, "start": 0}})
get_ipython().payload_manager.write_payload({{"source": "set_next_input", "text": "taken", "replace": True}})
print({url + "/printed"!r}, {html(url)!r}, "\\x1b]8;;" + {url + "/osc"!r} + "\\x07link\\x1b]8;;\\x07")
print({f"<script>{FLAG}</script>"!r}, file=sys.stderr)
print("all-shown")
"""


def failure(url: str) -> str:
    """Code that fails with a message that is not harmless."""
    return f"""
class Fails(Exception):
    def _render_traceback_(self):
        return ["\\x1b[31m" + {html(url)!r} + "\\x1b[0m", {markdown(url)!r}, {url + "/traceback"!r}]
raise Fails({html(url)!r})
"""
