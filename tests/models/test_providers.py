"""Which model is chosen, and what the person is told about it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_agent.errors import ModelNotFound, ModelUnavailable
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.providers import ProviderModels
from jupyter_agent.models.weights import EMBEDDED_NAME, Weights
from jupyter_agent.protocols import IN_TEXT, ModelOffer, ModelRequest, Rendering
from jupyter_agent.settings import Settings
from jupyter_agent.tokens import tokens_of
from tests.fake_ollama import FakeModel, FakeOllama, Reply

QUESTION = ModelRequest(messages=(Message.user("What is 6 times 7? Digits only."),), max_tokens=12)


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, fake: FakeOllama) -> Settings:
    return Settings(data_dir=tmp_path, ollama_host=fake.url)


@pytest.fixture
def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


class Opened:
    """Makes `ProviderModels` that are closed with the test."""

    def __init__(self) -> None:
        self.models: list[ProviderModels] = []

    def __call__(self, settings: Settings, *, embedded: bool = True) -> ProviderModels:
        models = ProviderModels(settings) if embedded else ProviderModels(settings, parts=lambda: None)
        self.models.append(models)
        return models


@pytest.fixture
def provide(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Opened]:
    opened = Opened()
    yield opened
    for models in opened.models:
        jp_asyncio_loop.run_until_complete(models.close())


async def test_what_is_configured_and_installed_is_used_in_silence(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [FakeModel(name="qwen3:8b"), FakeModel(name="big:70b", size=40_000_000_000)]
    chosen = await provide(settings).choose()
    assert (chosen.general.name, chosen.provider, chosen.notice) == ("qwen3:8b", "ollama", "")
    assert chosen.classifier.name == chosen.coder.name == "qwen3:8b"


TOOLS = ("completion", "tools")


@pytest.mark.parametrize(
    ("general", "coder", "rendering"),
    [
        ((TOOLS, "8B"), None, Rendering(native=True, examples=False)),
        ((TOOLS, "4B"), None, Rendering(native=True, examples=True)),
        ((TOOLS, "4.1B"), None, Rendering(native=True, examples=False)),
        ((TOOLS, ""), None, Rendering(native=True, examples=False)),
        ((("completion",), "8B"), None, IN_TEXT),
        (((), "8B"), None, IN_TEXT),
        ((TOOLS, "32B"), (TOOLS, "1.5B"), Rendering(native=True, examples=True)),
        ((TOOLS, "32B"), (("completion",), "32B"), IN_TEXT),
        ((("completion",), "32B"), (TOOLS, "32B"), IN_TEXT),
    ],
)
async def test_tools_are_called_where_all_models_of_a_conversation_can(
    provide: Opened,
    settings: Settings,
    fake: FakeOllama,
    general: tuple[tuple[str, ...], str],
    coder: tuple[tuple[str, ...], str] | None,
    rendering: Rendering,
) -> None:
    fake.models = [FakeModel(name="qwen3:8b", capabilities=general[0], parameter_size=general[1])]
    if coder:
        fake.models.append(FakeModel(name="coder:1", capabilities=coder[0], parameter_size=coder[1]))
        settings = replace(settings, coder_model="coder:1")
    assert (await provide(settings).choose()).rendering == rendering


async def test_roles_have_their_models_temperatures_and_context(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [
        FakeModel(name="qwen3:8b", capabilities=("completion", "thinking")),
        FakeModel(name="tiny:1b", context_length=2048),
        FakeModel(name="coder:14b"),
    ]
    settings = replace(settings, classifier_model="tiny:1b", coder_model="coder:14b", coder_temperature=0.2)
    chosen = await provide(settings).choose()
    for model in (chosen.general, chosen.classifier, chosen.coder):
        await complete(model, QUESTION)
    general, classifier, coder = fake.requests
    assert general["model"] == "qwen3:8b"
    assert general["options"] == {"num_ctx": 8192, "num_predict": 12}
    assert general["think"] is False
    assert classifier["model"] == "tiny:1b"
    assert classifier["options"] == {"num_ctx": 2048, "num_predict": 12, "temperature": 0.0}
    assert "think" not in classifier
    assert coder["model"] == "coder:14b"
    assert coder["options"] == {"num_ctx": 8192, "num_predict": 12, "temperature": 0.2}


async def test_the_context_is_what_the_models_read_and_the_setting_allows(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [FakeModel(name="qwen3:8b"), FakeModel(name="coder:14b", context_length=4096)]
    chosen = await provide(settings).choose()
    assert (chosen.context, chosen.limited_by) == (16_384, "setting")
    chosen = await provide(replace(settings, coder_model="coder:14b")).choose()
    assert (chosen.context, chosen.limited_by) == (4096, "model")


async def test_all_calls_of_a_model_ask_for_one_context_that_only_grows(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    models = provide(settings)
    long = replace(QUESTION, messages=(Message.user("word " * 9_000),))
    for request in (QUESTION, long, QUESTION):
        await complete((await models.choose()).coder, request)
    await complete((await models.choose()).classifier, QUESTION)
    assert [request["options"]["num_ctx"] for request in fake.requests] == [8192, 16_384, 16_384, 16_384]


async def test_what_later_calls_need_is_asked_for_at_once(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    models = provide(settings)
    await complete((await models.choose()).classifier, replace(QUESTION, room=9_000))
    assert fake.requests[0]["options"]["num_ctx"] == 16_384


async def test_a_model_with_more_tokens_than_estimated_gets_less_to_read(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    models = provide(settings)
    long = replace(QUESTION, messages=(Message.user("word " * 2_000),))
    fake.answer = lambda _: Reply(text="42", prompt_tokens=2 * tokens_of(long.messages))
    await complete((await models.choose()).general, long)
    assert (await models.choose()).context == 8192
    fake.answer = lambda _: Reply(text="42", prompt_tokens=1)
    await complete((await models.choose()).general, long)
    assert (await models.choose()).context == 8192, "some servers count only what they had not read before"


async def test_a_short_prompt_says_nothing_about_the_estimate(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    models = provide(settings)
    fake.answer = lambda _: Reply(text="42", prompt_tokens=10 * tokens_of(QUESTION.messages))
    await complete((await models.choose()).general, QUESTION)
    assert (await models.choose()).context == 16_384, "what a server adds weighs most in a short one"


async def test_a_configured_model_gives_way_to_the_largest(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [
        FakeModel(name="small:1b", size=1),
        FakeModel(name="large:32b", size=3),
        FakeModel(name="bge-m3:latest", size=9, capabilities=("embedding",)),
    ]
    chosen = await provide(settings).choose()
    assert chosen.general.name == "large:32b"
    assert chosen.notice == "Using large:32b"
    assert "ollama pull qwen3:8b" in chosen.advice


async def test_a_configured_coder_that_is_missing_is_told(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    chosen = await provide(replace(settings, coder_model="coder:14b")).choose()
    assert chosen.coder.name == "qwen3:8b"
    assert "`ollama pull coder:14b`" in chosen.advice


async def test_a_model_asked_for_by_name_is_used_or_refused(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [FakeModel(name="qwen3:8b"), FakeModel(name="llama3:latest")]
    models = provide(settings)
    assert (await models.choose("llama3")).general.name == "llama3:latest"
    with pytest.raises(ModelNotFound) as refusal:
        await models.choose("gpt:120b")
    for word in ("gpt:120b", "qwen3:8b", "llama3:latest", EMBEDDED_NAME, "ollama pull gpt:120b"):
        assert word in str(refusal.value)


async def test_without_ollama_the_embedded_model_answers_and_says_so(
    provide: Opened, tmp_path: Path, nowhere: str
) -> None:
    models = provide(Settings(data_dir=tmp_path, ollama_host=nowhere))
    chosen = await models.choose()
    assert (chosen.general.name, chosen.provider) == (EMBEDDED_NAME, "embedded")
    assert chosen.notice == "Small embedded model", "it has to fit in one line of a narrow sidebar"
    assert chosen.advice == (
        f"For a larger one run Ollama and `ollama pull qwen3:8b`. Ollama at http://{nowhere} does not answer."
    )
    with pytest.raises(ModelUnavailable, match="does not answer"):
        await models.choose("qwen3:8b")


async def test_an_ollama_without_models_is_told_and_replaced(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = []
    chosen = await provide(settings).choose()
    assert chosen.provider == "embedded"
    assert chosen.notice == "Small embedded model"
    assert chosen.advice == "For a larger one run `ollama pull qwen3:8b`. Ollama has no model yet."
    with pytest.raises(ModelUnavailable, match="ollama pull qwen3:8b"):
        await provide(settings, embedded=False).choose()
    with pytest.raises(ModelNotFound, match="Installed: none"):
        await provide(settings, embedded=False).choose("qwen3:8b")


async def test_the_embedded_model_can_be_asked_for_while_ollama_answers(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    models = provide(settings)
    chosen = await models.choose(EMBEDDED_NAME)
    assert (chosen.provider, chosen.notice) == ("embedded", "")
    assert (await provide(replace(settings, model=EMBEDDED_NAME)).choose()).provider == "embedded"


async def test_with_nothing_at_all_both_ways_out_are_told(
    provide: Opened, tmp_path: Path, nowhere: str
) -> None:
    settings = Settings(data_dir=tmp_path, ollama_host=nowhere)
    with pytest.raises(ModelUnavailable) as failure:
        await provide(settings, embedded=False).choose()
    assert "ollama pull qwen3:8b" in failure.value.hint
    assert 'pip install "jupyterlab-agent[embedded]"' in failure.value.hint
    with pytest.raises(ModelUnavailable, match=r"c\.JupyterAgent\.embedded_model"):
        await provide(replace(settings, embedded_model=False)).choose()
    offer = await provide(settings, embedded=False).offer()
    assert offer == ModelOffer(notice=str(failure.value))


@pytest.mark.parametrize("host", ["ftp://example.com", "localhost:http"])
async def test_a_host_that_is_no_address_is_told(provide: Opened, tmp_path: Path, host: str) -> None:
    settings = Settings(data_dir=tmp_path, ollama_host=host)
    assert "is not an address" in (await provide(settings).choose()).advice
    with pytest.raises(ModelUnavailable, match="is not an address"):
        await provide(settings, embedded=False).choose()


async def test_an_offer_lists_what_can_be_chosen(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [FakeModel(name="qwen3:8b", size=5), FakeModel(name="bge", capabilities=("embedding",))]
    ollama, embedded = (await provide(settings).offer()).models
    assert (ollama.name, ollama.provider, ollama.size, ollama.context_length) == (
        "qwen3:8b",
        "ollama",
        5,
        40_960,
    )
    assert (embedded.name, embedded.provider) == (EMBEDDED_NAME, "embedded")
    assert (embedded.size, embedded.context_length) == (1_117_320_768, 8192)
    assert len((await provide(replace(settings, embedded_model=False)).offer()).models) == 1


async def test_an_offer_is_what_would_be_chosen_and_asks_once(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.models = [FakeModel(name="small:1b", size=1), FakeModel(name="large:32b", size=3)]
    models = provide(settings)
    chosen = await models.choose()
    fake.calls.clear()
    offer = await models.offer()
    assert (offer.model, offer.provider, offer.notice) == ("large:32b", "ollama", chosen.notice)
    assert offer.advice == chosen.advice
    assert "ollama pull qwen3:8b" in offer.advice
    assert fake.calls == ["/api/tags"]


async def test_ollama_may_come_and_go(provide: Opened, settings: Settings, fake: FakeOllama) -> None:
    models = provide(settings)
    assert (await models.choose()).provider == "ollama"
    fake.close()
    assert (await models.choose()).provider == "embedded"


async def test_a_model_that_vanishes_in_mid_answer_is_told(
    provide: Opened, settings: Settings, fake: FakeOllama
) -> None:
    fake.answer = lambda request: Reply(text="one two three", break_after=1)
    chosen = await provide(settings).choose()
    with pytest.raises(ModelUnavailable, match="broke the connection"):
        await complete(chosen.general, QUESTION)


@pytest.mark.embedded
@pytest.mark.usefixtures("weights")
async def test_without_ollama_a_question_is_really_answered(
    provide: Opened, embedded_cache: Path, tmp_path: Path, nowhere: str
) -> None:
    (tmp_path / "models").symlink_to(embedded_cache)
    chosen = await provide(Settings(data_dir=tmp_path, ollama_host=nowhere)).choose()
    assert "42" in (await complete(chosen.coder, QUESTION)).text


@pytest.mark.embedded
async def test_a_model_file_serves_instead_of_the_installed_weights(
    provide: Opened, weights: Weights, tmp_path: Path, nowhere: str
) -> None:
    file = tmp_path / "my-own.gguf"
    file.symlink_to(weights.path)
    models = provide(Settings(data_dir=tmp_path, ollama_host=nowhere, model_file=file))
    chosen = await models.choose()
    assert (chosen.general.name, chosen.provider) == ("my-own", "embedded")
    assert "42" in (await complete(chosen.classifier, QUESTION)).text
    missing = provide(Settings(data_dir=tmp_path, ollama_host=nowhere, model_file=tmp_path / "no.gguf"))
    with pytest.raises(ModelUnavailable, match=r"no\.gguf cannot be read"):
        await complete((await missing.choose()).general, QUESTION)
