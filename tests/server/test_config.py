"""Configuration: every setting has a trait with help, and what is out of bounds is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from traitlets import TraitError
from traitlets.config import Config

from jupyter_agent.config import JupyterAgent
from jupyter_agent.kernel.provisioner import RestrictedProvisioner
from jupyter_agent.settings import Settings

BY_KERNELS = {"memory_mb"}
"""What kernels read themselves from the configuration that they are started with."""


def test_every_setting_has_a_trait_with_help_and_the_same_default(tmp_path: Path) -> None:
    traits = JupyterAgent.class_own_traits(config=True)
    assert set(traits) - BY_KERNELS == {field.name for field in fields(Settings)}
    assert all(trait.help.endswith(".") for trait in traits.values())
    assert JupyterAgent(data_dir=str(tmp_path)).to_settings() == Settings(data_dir=tmp_path)


def test_configuration_files_and_options_set_it() -> None:
    config = Config({"JupyterAgent": {"model": "llama", "max_steps": 3, "model_file": "~/a.gguf"}})
    settings = JupyterAgent(config=config).to_settings()
    assert (settings.model, settings.max_steps) == ("llama", 3)
    assert settings.model_file == Path.home() / "a.gguf"


def test_the_environment_sets_what_nothing_else_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    variables = {
        "NUM_CTX": "8192",
        "CODER_TEMPERATURE": "0.5",
        "EMBEDDED_MODEL": "False",
        "MODEL": "llama",
        "PROMPT_LOG": "text, compact",
        "DATA_DIR": str(tmp_path),
        "AUDIT_LOG": "",
        "MEMORY_MB": "1024",
        "READ_ONLY": "/data",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"JUPYTER_AGENT_{name}", value)
    settings = JupyterAgent(config=Config({"JupyterAgent": {"model": "qwen"}})).to_settings()
    assert (settings.num_ctx, settings.coder_temperature, settings.embedded_model) == (8192, 0.5, False)
    assert (settings.prompt_log, settings.data_dir) == (("text", "compact"), tmp_path)
    assert settings.model == "qwen", "the configuration counts more"
    assert settings.audit_log, "an empty variable is none"
    provisioner = RestrictedProvisioner(kernel_id="k", kernel_spec=None)
    assert (provisioner.memory_mb, provisioner.read_only) == (1024, ["/data"])


def test_no_two_settings_have_the_same_variable() -> None:
    agent, provisioner = (
        {name.upper() for name in configurable.class_own_traits(config=True)}
        for configurable in (JupyterAgent, RestrictedProvisioner)
    )
    assert agent & provisioner == {name.upper() for name in BY_KERNELS}, "these mean the same"


@pytest.mark.parametrize(
    ("variable", "agent", "own", "counts"),
    [
        ("", {}, {}, 5_120),
        ("700", {}, {}, 700),
        ("700", {"memory_mb": 900}, {}, 900),
        ("700", {"memory_mb": 900}, {"memory_mb": 800}, 800),
    ],
)
def test_a_kernels_memory_is_set_where_the_agent_is(
    variable: str,
    agent: dict[str, int],
    own: dict[str, int],
    counts: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_AGENT_MEMORY_MB", variable)
    config = Config({"JupyterAgent": agent, "RestrictedProvisioner": own})
    assert RestrictedProvisioner(kernel_id="k", kernel_spec=None, config=config).memory_mb == counts
    if not own:
        assert JupyterAgent(config=config).memory_mb == counts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUM_CTX", "0"),
        ("NUM_CTX", "many"),
        ("CODER_TEMPERATURE", "hot"),
        ("AUDIT_LOG", "maybe"),
        ("PROMPT_LOG", "poem"),
        ("PROMPT_LOG_CONTENTS", "sometimes"),
        ("DATA_DIR", "relative/folder"),
        ("OLLAMA_HOST", "ftp://localhost"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"JUPYTER_AGENT_{name}", value)
    with pytest.raises(TraitError, match=f"^JUPYTER_AGENT_{name}="):
        JupyterAgent()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_ctx", 0),
        ("timeout", -1.0),
        ("coder_temperature", 9.0),
        ("max_attempts", 0),
        ("review_rounds", 4),
        ("upload_limit_mb", 0),
        ("data_dir", "relative/folder"),
        ("ollama_host", "localhost:port"),
        ("ollama_host", "ftp://localhost"),
    ],
)
def test_what_is_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(TraitError):
        JupyterAgent(config=Config({"JupyterAgent": {name: value}}))


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":9999", "http://127.0.0.1:9999"),
        ("gpu.example.org", "http://gpu.example.org:11434"),
        ("http://gpu.example.org", "http://gpu.example.org:80"),
        ("https://example.org/ollama/", "https://example.org:443/ollama"),
        ("[::1]:11434", "http://[::1]:11434"),
    ],
)
def test_ollamas_address_is_understood_as_ollama_does(
    given: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", given)
    assert JupyterAgent().ollama_host == address
    assert JupyterAgent(ollama_host=given).ollama_host == address
