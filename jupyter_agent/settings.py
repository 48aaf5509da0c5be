"""One frozen value with every setting. It is made once, from traitlets, at a composition root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from .messages import AgentType

PromptFormat = Literal["text", "jsonl", "compact"]
"""How calls of models are written down."""
PromptContents = Literal["single-user", "always", "never"]
"""When what was asked and answered is written down, and not only how long it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the traits of `JupyterAgent` (config.py) say, which document each."""

    data_dir: Path
    """Holds the database, the workspaces and the assembled weights; mode 0700."""
    ollama_host: str = "http://127.0.0.1:11434"
    model: str = "qwen3:8b"
    classifier_model: str = ""
    coder_model: str = ""
    coder_temperature: float = 0.1
    python_enabled: bool = True
    """False: questions are answered from what the model knows, and nothing is run."""
    num_ctx: int = 16_384
    embedded_model: bool = True
    model_file: Path | None = None
    """A GGUF file to use as the embedded model instead of the installed weights."""
    model_timeout: float = 300.0
    """Seconds without a new piece of an answer before a model counts as gone."""
    timeout: float = 300.0
    """Seconds that one attempt's code may run."""
    max_run_minutes: float = 60.0
    max_run_tokens: int = 500_000
    max_steps: int = 6
    max_attempts: int = 5
    review_rounds: int = 1
    """Of a program after one that failed; not with the embedded model: see `answering`."""
    output_chars: int = 8_000
    """Characters of an attempt's output that a model is shown."""
    output_limit_mb: int = 10
    """Outputs of one execution beyond this are cut; millions of characters."""
    upload_limit_mb: int = 100
    history_messages: int = 10
    keep_variables_mb: int = 2_000
    """Megabytes of a conversation's variables that outlive its kernel."""
    idle_minutes: float = 60.0
    kernel_name: str = "jupyter-agent-strict"
    allow_unrestricted_kernel: bool = False
    audit_log: bool = True
    prompt_log: tuple[PromptFormat, ...] = ("jsonl",)
    prompt_log_contents: PromptContents = "single-user"

    @property
    def agent_types(self) -> tuple[AgentType, ...]:
        """How questions can be worked on."""
        return get_args(AgentType) if self.python_enabled else ("auto", "chat")

    @property
    def database(self) -> Path:
        return self.data_dir / "agent.sqlite3"

    @property
    def audit_file(self) -> Path:
        return self.data_dir / "audit.jsonl"

    @property
    def workspaces(self) -> Path:
        return self.data_dir / "workspaces"
