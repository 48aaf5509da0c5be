"""Configuration enters here, as traits with help, and travels on as one frozen `Settings`.

The server extension and the command line share the class, so `c.JupyterAgent.model = "…"` means the same
in both, in any of Jupyter's configuration files and as an option: `--JupyterAgent.model=…`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Enum, Float, Integer, List, TraitError, Unicode, default, validate

from .addresses import ollama_url
from .environment import FromEnvironment
from .settings import PromptContents, Settings


class JupyterAgent(FromEnvironment):
    """The data-analysis agent."""

    data_dir = Unicode(
        help="Folder for the database, the conversations' files and the assembled embedded model. "
        "Only its owner can read it. Default: jupyter_agent in Jupyter's data directory.",
    ).tag(config=True)
    ollama_host = Unicode(
        help="Address of the Ollama server. Default: the environment variable OLLAMA_HOST, "
        "else http://127.0.0.1:11434.",
    ).tag(config=True)
    model = Unicode(
        "qwen3:8b",
        help="The model that answers, by the name Ollama knows it by. One that can calls a tool to run code; "
        "others write code as text.",
    ).tag(config=True)
    classifier_model = Unicode(
        "",
        help="The model that decides how a question is worked on. Empty: the same as `model`.",
    ).tag(config=True)
    coder_model = Unicode(
        "",
        help="The model that writes code. Empty: the same as `model`.",
    ).tag(config=True)
    coder_temperature = Float(
        0.1,
        min=0.0,
        max=2.0,
        help="How freely code is written: 0 is always the likeliest.",
    ).tag(config=True)
    python_enabled = Bool(
        True,
        help="Answer questions by writing Python code and running it. False: only from what the model knows, "
        "and nothing is run.",
    ).tag(config=True)
    num_ctx = Integer(
        16_384,
        min=2_048,
        max=1_048_576,
        help="The most tokens of context that Ollama is asked for, if prompts need them. Larger needs more "
        "memory.",
    ).tag(config=True)
    embedded_model = Bool(
        True,
        help="Answer with the small embedded model when no Ollama answers.",
    ).tag(config=True)
    model_file = Unicode(
        "",
        help="A GGUF file to use as the embedded model instead of the installed weights.",
    ).tag(config=True)
    model_timeout = Float(
        300.0,
        min=1.0,
        max=86_400.0,
        help="Seconds without a new piece of an answer after which a model counts as gone.",
    ).tag(config=True)
    timeout = Float(
        300.0,
        min=1.0,
        max=86_400.0,
        help="Seconds that one attempt's code may run before it is interrupted.",
    ).tag(config=True)
    memory_mb = Integer(
        5_120,
        min=256,
        help="Memory that the code of a conversation's kernel may use, in megabytes.",
    ).tag(config=True)
    max_run_minutes = Float(
        60.0,
        min=0.0,
        max=100_000.0,
        help="Minutes that a question may take. Then it is answered from what was computed so far, for which "
        "the last tenth is kept. 0: no limit.",
    ).tag(config=True)
    max_run_tokens = Integer(
        500_000,
        min=0,
        max=1_000_000_000,
        help="Tokens, of prompts and answers together, that a question may take. Then it is answered from "
        "what was computed so far, for which the last tenth is kept. 0: no limit.",
    ).tag(config=True)
    max_steps = Integer(
        6,
        min=1,
        max=100,
        help="The most steps that a question may take.",
    ).tag(config=True)
    max_attempts = Integer(
        5,
        min=1,
        max=20,
        help="The most times that the code of one step is written anew after it failed.",
    ).tag(config=True)
    review_rounds = Integer(
        1,
        min=0,
        max=3,
        help="How often a model looks over its code before it runs, in attempts after one that failed. "
        "0: never, as with the embedded model, which approves whatever it wrote.",
    ).tag(config=True)
    output_chars = Integer(
        8_000,
        min=500,
        max=200_000,
        help="Characters of an attempt's output that a model is shown.",
    ).tag(config=True)
    output_limit_mb = Integer(
        10,
        min=1,
        max=1_000,
        help="The most that one execution may show, in millions of characters; the rest is cut, with a note.",
    ).tag(config=True)
    upload_limit_mb = Integer(
        100,
        min=1,
        max=100_000,
        help="The largest file that can be attached, in MB (millions of bytes).",
    ).tag(config=True)
    history_messages = Integer(
        10,
        min=0,
        max=200,
        help="Earlier messages of a conversation that a model is shown.",
    ).tag(config=True)
    keep_variables_mb = Integer(
        2_000,
        min=0,
        max=1_000_000,
        help="Megabytes of a conversation's variables that outlive its kernel, in files. 0: none.",
    ).tag(config=True)
    idle_minutes = Float(
        60.0,
        min=0.0,
        max=100_000.0,
        help="Minutes after which a kernel that nobody uses is ended, once its variables are kept as "
        "`keep_variables_mb` says. 0: never.",
    ).tag(config=True)
    kernel_name = Unicode(
        "jupyter-agent-strict",
        help="The kernelspec of the agent's kernels: jupyter-agent-strict, or jupyter-agent-parallel for "
        "code that starts processes.",
    ).tag(config=True)
    allow_unrestricted_kernel = Bool(
        False,
        help="Let `kernel_name` name a kernel that is not restricted, whose code has all your rights.",
    ).tag(config=True)
    audit_log = Bool(
        True,
        help="Write every program that an agent ran, its outcome and what was refused to audit.jsonl in "
        "`data_dir`, for administrators.",
    ).tag(config=True)
    prompt_log = List(
        Enum(("text", "jsonl", "compact")),
        ["jsonl"],
        help="How every call of a model is written to files in `data_dir`: text (prompts.log, to read), "
        "jsonl (prompts.jsonl), compact (prompts-compact.log, a line for each call). Several are possible, "
        "and [] is none. What looks like a password or a key is left out.",
    ).tag(config=True)
    prompt_log_contents = Enum(
        ("single-user", "always", "never"),
        "single-user",
        help="When these files hold what was asked and answered, and not only how long it was: single-user "
        "(not on a server that knows its users by name), always, or never.",
    ).tag(config=True)

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return str(Path(jupyter_data_dir()) / "jupyter_agent")

    @default("ollama_host")
    def _default_ollama_host(self) -> str:
        return _url(os.environ.get("OLLAMA_HOST", ""))

    @validate("data_dir")
    def _absolute(self, proposal: dict[str, Any]) -> str:
        path = Path(proposal["value"]).expanduser()
        if not path.is_absolute():
            raise TraitError(f"JupyterAgent.data_dir must be an absolute path, not {proposal['value']!r}.")
        return str(path)

    @validate("ollama_host")
    def _with_scheme(self, proposal: dict[str, Any]) -> str:
        return _url(proposal["value"])

    def to_settings(self) -> Settings:
        """The values as everything else receives them."""
        return Settings(
            data_dir=Path(self.data_dir),
            ollama_host=self.ollama_host,
            model=self.model,
            classifier_model=self.classifier_model,
            coder_model=self.coder_model,
            coder_temperature=self.coder_temperature,
            python_enabled=self.python_enabled,
            num_ctx=self.num_ctx,
            embedded_model=self.embedded_model,
            model_file=Path(self.model_file).expanduser() if self.model_file else None,
            model_timeout=self.model_timeout,
            timeout=self.timeout,
            max_run_minutes=self.max_run_minutes,
            max_run_tokens=self.max_run_tokens,
            max_steps=self.max_steps,
            max_attempts=self.max_attempts,
            review_rounds=self.review_rounds,
            output_chars=self.output_chars,
            output_limit_mb=self.output_limit_mb,
            upload_limit_mb=self.upload_limit_mb,
            history_messages=self.history_messages,
            keep_variables_mb=self.keep_variables_mb,
            idle_minutes=self.idle_minutes,
            kernel_name=self.kernel_name,
            allow_unrestricted_kernel=self.allow_unrestricted_kernel,
            audit_log=self.audit_log,
            prompt_log=tuple(self.prompt_log),
            prompt_log_contents=cast("PromptContents", self.prompt_log_contents),
        )


def _url(host: str) -> str:
    try:
        return ollama_url(host)
    except ValueError as error:
        raise TraitError(f"{error} Write something like http://127.0.0.1:11434.") from error
