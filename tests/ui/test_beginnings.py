"""How a conversation is begun: in a folder that code can read, or not, and with what code may do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator

from .analyst import Analyst
from .lab import Lab
from .panel import Panel
from .test_kernel import photograph_in_all_themes, variables

pytestmark = pytest.mark.browser

NEW_NOTEBOOK_IN = """async cwd => {
    const { commands } = window.jupyterapp;
    const notebook = await commands.execute('notebook:create-new', { cwd, kernelName: 'python3' });
    await notebook.context.ready;
}"""
CHOOSE_PARALLEL = """() => void window.jupyterapp.commands.execute(
    'jupyterlab-agent:choose-profile', { profile: 'parallel' }
)"""
STARTS_A_PROCESS = """
import importlib
child = importlib.import_module("subproc" + "ess").run(["echo", "a child"], capture_output=True, text=True)
print(child.stdout)
"""
IS_ONE_LINE = "line => line.clientHeight < 2 * parseFloat(getComputedStyle(line).lineHeight)"
WAITS = "import time\nprint('begun', flush=True)\ntime.sleep(250)\n"


@pytest.fixture
def analysis(lab: Lab) -> Path:
    """A folder that the file browser shows, with a file in it."""
    for name in ("analysis", "other"):
        (lab.work / name).mkdir(exist_ok=True)
        (lab.work / name / "sales.csv").write_text("region,price\nNorth,10\n")
    return lab.work / "analysis"


def reading(path: Path) -> str:
    """Code that says what it reads; the path is not written down, or a check would find it."""
    return f"""
try:
    print(open("/".join({list(path.parts)!r})[1:]).read())
except PermissionError:
    print("not allowed")
"""


def folder_line(panel: Panel) -> Locator:
    return panel.root.locator(".jp-Agent-folder")


def printed(panel: Panel) -> str:
    return panel.steps.last.locator(".jp-Agent-stream").first.inner_text().strip()


def browse(panel: Panel, path: str) -> None:
    panel.page.evaluate(
        "path => void window.jupyterapp.commands.execute('filebrowser:open-path', { path })", path
    )


def test_code_reads_the_folder_of_the_file_browser(panel: Panel, analyst: Analyst, analysis: Path) -> None:
    folder_line(panel).get_by_text("Can read: work", exact=True).wait_for()
    browse(panel, "/analysis")
    folder_line(panel).get_by_text("Can read: analysis", exact=True).wait_for()
    photograph_in_all_themes(panel, "folder")
    analyst.programs = [reading(analysis / "sales.csv")]
    panel.ask("What is in it?")
    panel.wait_until_done()
    assert "North,10" in printed(panel)
    note = "Code can read the files in analysis/ and those attached."
    assert folder_line(panel).inner_text().strip() == note
    assert folder_line(panel).get_attribute("title") == note
    panel.widen_to(300)
    # It stays while the conversation lasts, so it takes one line however narrow the sidebar is.
    assert folder_line(panel).evaluate(IS_ONE_LINE)
    panel.photograph("folder-settled-300")
    assert folder_line(panel).get_by_role("button").count() == 0
    panel.reload()
    folder_line(panel).get_by_text(note).wait_for()
    browse(panel, "/")


def test_the_folder_can_be_left_out(panel: Panel, analyst: Analyst, analysis: Path, sales: Path) -> None:
    browse(panel, "/analysis")
    folder_line(panel).get_by_text("Can read: analysis", exact=True).wait_for()
    panel.root.get_by_role("button", name="Do not let code read analysis").click()
    folder_line(panel).get_by_text("Can read: attached files only").wait_for()
    panel.widen_to(300)
    panel.photograph("folder-left-out-300")
    panel.root.get_by_role("button", name="Let it read analysis").click()
    panel.attach(sales)
    panel.root.locator(".jp-Agent-chip[data-state=done]").wait_for()
    panel.root.get_by_role("button", name="Do not let code read analysis").click()
    panel.root.get_by_role("button", name="Let it read analysis").click()
    panel.root.get_by_role("button", name="Do not let code read analysis").click()
    folder_line(panel).get_by_text("Can read: attached files only").wait_for()
    analyst.programs = [reading(analysis / "sales.csv")]
    panel.ask("What is in it?")
    panel.wait_until_done()
    assert printed(panel) == "not allowed"
    browse(panel, "/")


def test_the_notebook_says_where_it_is(panel: Panel, analysis: Path) -> None:
    browse(panel, "/other")
    folder_line(panel).get_by_text("Can read: other", exact=True).wait_for()
    panel.page.evaluate(NEW_NOTEBOOK_IN, "analysis")
    folder_line(panel).get_by_text("Can read: analysis", exact=True).wait_for()
    browse(panel, "/")


def test_the_settings_can_leave_it_out_for_good(panel: Panel, analysis: Path) -> None:
    save = "raw => window.jupyterapp.serviceManager.settings.save('jupyterlab-agent:plugin', raw)"
    panel.page.evaluate(save, '{ "readFolder": false }')
    panel.reload()
    folder_line(panel).get_by_text("Can read: attached files only").wait_for()
    panel.page.evaluate(save, "{}")


def test_code_that_starts_processes_is_allowed_by_choice(panel: Panel, analyst: Analyst) -> None:
    panel.widen_to(440)
    panel.root.get_by_role("button", name="Show the variables").click()
    kernel = variables(panel).get_by_label("Kernel")
    assert kernel.input_value() == "strict"
    variables(panel).get_by_text("Code starts no other processes.").wait_for()
    kernel.select_option("parallel")
    variables(panel).get_by_text("it still has no network").wait_for()
    panel.status.get_by_text("code can start processes").wait_for()
    photograph_in_all_themes(panel, "profile")
    analyst.programs = [STARTS_A_PROCESS]
    panel.ask("Start one")
    panel.wait_until_done()
    assert printed(panel) == "a child"

    panel.root.get_by_label("New conversation").click()
    panel.root.get_by_text("Ask about your data", exact=True).wait_for()
    assert kernel.input_value() == "strict", "the choice held for that conversation"


def test_it_is_chosen_in_the_palette_too_and_not_while_code_runs(panel: Panel, analyst: Analyst) -> None:
    panel.root.get_by_role("button", name="Show the variables").click()
    kernel = variables(panel).get_by_label("Kernel")
    analyst.programs = [WAITS]
    panel.ask("Wait")
    panel.steps.first.locator(".jp-Agent-stream", has_text="begun").wait_for()
    assert kernel.is_disabled()
    variables(panel).get_by_text("It can be changed when the answer is complete.").wait_for()
    panel.root.get_by_label("More actions").click()
    item = panel.page.locator(".lm-Menu-item", has_text="Parallel Kernel (after this answer)")
    assert "lm-mod-disabled" in (item.get_attribute("class") or "")
    panel.photograph("profile-while-running")
    panel.page.keyboard.press("Escape")
    panel.root.get_by_role("button", name="Stop").click()
    panel.turns.last.get_by_text("Stopped by you").wait_for()
    panel.wait_until_done()

    panel.page.evaluate("() => void window.jupyterapp.commands.execute('apputils:activate-command-palette')")
    panel.page.keyboard.type("Parallel Kernel")
    panel.page.locator(
        ".lm-CommandPalette-item", has_text="Parallel Kernel: Code Can Start Processes"
    ).click()
    panel.status.get_by_text("code can start processes").wait_for()
    assert kernel.input_value() == "parallel"
    analyst.programs = [STARTS_A_PROCESS]
    analyst.written = 0
    panel.ask("Start one")
    panel.wait_until_done()
    assert printed(panel) == "a child"


def test_what_the_server_refuses_is_said(panel: Panel, analyst: Analyst) -> None:
    """Another window's question runs in the conversation, and this one does not know yet."""
    analyst.mode = "chat"
    panel.ask("Hello")
    panel.wait_until_done()
    panel.page.route(
        "**/agent/api/conversations/*",
        lambda route: route.fulfill(
            status=409,
            json={"title": "The conversation is busy.", "detail": "Wait for the answer.", "status": 409},
        ),
    )
    panel.page.evaluate(CHOOSE_PARALLEL)
    problem = panel.root.locator(".jp-Agent-card[data-level=error]")
    problem.get_by_text("The conversation is busy.").wait_for()
    assert panel.status.get_by_text("code can start processes").count() == 0
