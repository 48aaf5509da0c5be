"""Which models answer: Ollama's when it is there, else the embedded one, and a line about the choice.

A model that a person asked for by name is used or refused, never replaced. A model that is only
configured gives way to what there is, and the notice says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from jupyter_agent.context import ContextLimit
from jupyter_agent.errors import ModelError, ModelNotFound, ModelUnavailable
from jupyter_agent.protocols import (
    IN_TEXT,
    ChosenModels,
    Model,
    ModelDescription,
    ModelOffer,
    Rendering,
)
from jupyter_agent.settings import Settings

from .context_window import ContextWindow
from .embedded import NUM_CTX, EmbeddedModel, EmbeddedServer, runtime_installed
from .ollama import OllamaModel, OllamaServer
from .weights import (
    EMBEDDED_NAME,
    Report,
    WeightParts,
    Weights,
    assembled,
    installed_parts,
    weights_file,
)

RECOMMENDED = "qwen3:8b"
CLASSIFIER_TEMPERATURE = 0.0
SMALL = "Small embedded model"
MOST_OF_A_SMALL_ONE = 4_000_000_000
"""Parameters of a model that needs worked examples."""


class ProviderModels:
    """`Models` from Ollama and from the embedded server.

    Args:
        parts: finds the installed parts of the embedded weights.
    """

    def __init__(
        self, settings: Settings, *, parts: Callable[[], WeightParts | None] = installed_parts
    ) -> None:
        self._settings = settings
        self._parts = parts() if settings.embedded_model and settings.model_file is None else None
        self._ollama: OllamaServer | None = None
        self._windows: dict[str, ContextWindow] = {}
        self._embedded_server = EmbeddedServer(
            self._weights,
            model_timeout=settings.model_timeout,
            num_ctx=min(NUM_CTX, settings.num_ctx, _context_of(settings.model_file)),
        )

    async def choose(self, name: str | None = None) -> ChosenModels:
        # Ollama is not asked for what it does not have.
        wanted = name or self._settings.model
        installed = () if wanted == self._embedded_name() else await self._installed()
        return self._choose(installed, name)

    async def offer(self) -> ModelOffer:
        installed = await self._installed()
        models = self._listed(() if isinstance(installed, ModelUnavailable) else installed)
        try:
            chosen = self._choose(installed)
        except ModelError as error:
            return ModelOffer(notice=str(error), models=models)
        return ModelOffer(
            model=chosen.general.name,
            provider=chosen.provider,
            notice=chosen.notice,
            advice=chosen.advice,
            models=models,
        )

    async def close(self) -> None:
        await self._embedded_server.close()
        if self._ollama is not None:
            await self._ollama.close()

    async def _installed(self) -> tuple[ModelDescription, ...] | ModelUnavailable:
        """What Ollama has, or why that cannot be known."""
        try:
            return await self._connection().installed()
        except ModelUnavailable as error:
            return error

    def _choose(
        self, installed: tuple[ModelDescription, ...] | ModelUnavailable, name: str | None = None
    ) -> ChosenModels:
        embedded = self._embedded_name()
        if embedded is not None and (name or self._settings.model) == embedded:
            return self._embedded(embedded)
        if isinstance(installed, ModelUnavailable):
            return self._without_ollama(installed, name)
        if name:
            return self._from_ollama(self._named(name, installed), installed)
        if not installed:
            return self._without_models()
        wanted = self._settings.model
        general = _find(wanted, installed)
        if general is not None:
            return self._from_ollama(general, installed)
        largest = max(installed, key=lambda description: description.size)
        return self._from_ollama(largest, installed, missing=(wanted,))

    def _listed(self, installed: tuple[ModelDescription, ...]) -> tuple[ModelDescription, ...]:
        """With the embedded model, which comes last."""
        name = self._embedded_name()
        if name is None:
            return installed
        own = ModelDescription(
            name=name,
            provider="embedded",
            size=self._embedded_size(),
            context_length=self._embedded_server.num_ctx,
            capabilities=("completion",),
        )
        return (*(model for model in installed if model.name != name), own)

    def _connection(self) -> OllamaServer:
        if self._ollama is None:
            settings = self._settings
            self._ollama = OllamaServer(settings.ollama_host, model_timeout=settings.model_timeout)
        return self._ollama

    def _from_ollama(
        self,
        general: ModelDescription,
        installed: Sequence[ModelDescription],
        *,
        missing: tuple[str, ...] = (),
    ) -> ChosenModels:
        """Ollama's models for all roles; configured ones that are not installed give way to `general`."""
        settings = self._settings
        classifier = _find(settings.classifier_model, installed)
        coder = _find(settings.coder_model, installed)
        roles = ((settings.classifier_model, classifier), (settings.coder_model, coder))
        missing += tuple(wanted for wanted, found in roles if wanted and found is None)
        notice, advice = _not_installed(missing, general.name)
        windows = [self._window(general), self._window(coder or general)]
        context = min(window.tokens for window in windows)
        return ChosenModels(
            general=self._ollama_model(general),
            classifier=self._ollama_model(classifier or general, CLASSIFIER_TEMPERATURE),
            coder=self._ollama_model(coder or general, settings.coder_temperature),
            provider="ollama",
            notice=notice,
            advice=advice,
            context=context,
            limited_by=self._limited_by(min(window.most for window in windows)),
            rendering=_rendering(general, coder or general),
        )

    def _ollama_model(self, description: ModelDescription, temperature: float | None = None) -> Model:
        return OllamaModel(
            server=self._connection(),
            name=description.name,
            window=self._window(description),
            temperature=temperature,
            thinks="thinking" in description.capabilities,
        )

    def _window(self, description: ModelDescription) -> ContextWindow:
        """The one that all calls of this model share."""
        num_ctx = self._settings.num_ctx
        most = min(num_ctx, description.context_length or num_ctx)
        window = self._windows.get(description.name)
        if window is None or window.most != most:
            window = self._windows[description.name] = ContextWindow(most)
        return window

    def _named(self, name: str, installed: Sequence[ModelDescription]) -> ModelDescription:
        description = _find(name, installed)
        if description is not None:
            return description
        there = [model.name for model in installed]
        if (embedded := self._embedded_name()) is not None:
            there.append(embedded)
        raise ModelNotFound(
            f"There is no model {name}. Installed: {', '.join(there) or 'none'}.",
            f"Choose one of these, or install it with `ollama pull {name}`.",
        )

    def _without_ollama(self, error: ModelUnavailable, name: str | None) -> ChosenModels:
        embedded = self._embedded_name()
        if embedded is None:
            raise ModelUnavailable(f"No model can answer. {error.message}", self._ways_out()) from error
        if name:
            raise ModelUnavailable(
                f"The model {name} cannot be used. {error.message}",
                f"Start Ollama, or choose the embedded model {embedded}.",
            ) from error
        larger = f"For a larger one run Ollama and `ollama pull {RECOMMENDED}`."
        return self._embedded(embedded, SMALL, f"{larger} {error.message}")

    def _without_models(self) -> ChosenModels:
        pull = f"`ollama pull {self._settings.model}`"
        embedded = self._embedded_name()
        if embedded is None:
            raise ModelUnavailable("Ollama has no model that can answer.", f"Run {pull}, then ask again.")
        return self._embedded(embedded, SMALL, f"For a larger one run {pull}. Ollama has no model yet.")

    def _embedded(self, name: str, notice: str = "", advice: str = "") -> ChosenModels:
        server = self._embedded_server
        return ChosenModels(
            general=EmbeddedModel(server, name),
            classifier=EmbeddedModel(server, name, temperature=CLASSIFIER_TEMPERATURE),
            coder=EmbeddedModel(server, name, temperature=self._settings.coder_temperature),
            provider="embedded",
            notice=notice,
            advice=advice,
            context=server.window.tokens,
            limited_by=self._limited_by(server.window.most),
        )

    def _limited_by(self, most: int) -> ContextLimit:
        return "model" if most < self._settings.num_ctx else "setting"

    def _embedded_name(self) -> str | None:
        """The embedded model's name; None when it is not installed or not wanted."""
        if not self._settings.embedded_model or not runtime_installed():
            return None
        if self._settings.model_file is not None:
            return self._settings.model_file.stem
        return EMBEDDED_NAME if self._parts is not None else None

    def _embedded_size(self) -> int:
        file = self._settings.model_file
        files = (file,) if file is not None else self._parts.files if self._parts is not None else ()
        return sum(path.stat().st_size for path in files if path.is_file())

    def _weights(self, report: Report) -> Weights:
        """Blocks for seconds when the weights are not assembled yet."""
        if self._settings.model_file is not None:
            return weights_file(self._settings.model_file)
        assert self._parts is not None
        return assembled(self._parts, self._settings.data_dir / "models", report)

    def _ways_out(self) -> str:
        install_ollama = f"Install Ollama from ollama.com and run `ollama pull {self._settings.model}`"
        if not self._settings.embedded_model:
            return f"{install_ollama}, or set c.JupyterAgent.embedded_model to True."
        return (
            f'{install_ollama}, or run `pip install "jupyterlab-agent[embedded]"` for a small embedded model.'
        )


def _rendering(*models: ModelDescription) -> Rendering:
    """One that all of these models understand."""
    if not all("tools" in model.capabilities for model in models):
        return IN_TEXT
    small = any((model.parameters or math.inf) <= MOST_OF_A_SMALL_ONE for model in models)
    return Rendering(native=True, examples=small)


def _context_of(file: Path | None) -> int:
    """What the embedded model can take; a file that cannot be read explains itself when it is used."""
    try:
        return (file and weights_file(file).head.context_length) or NUM_CTX
    except ModelUnavailable:
        return NUM_CTX


def _find(name: str, installed: Sequence[ModelDescription]) -> ModelDescription | None:
    """The installed model of this name; Ollama leaves `:latest` out of names."""
    names = (name, f"{name}:latest")
    return next((model for model in installed if name and model.name in names), None)


def _not_installed(missing: tuple[str, ...], used: str) -> tuple[str, str]:
    """What is used instead, and how to get what was wanted."""
    if not missing:
        return "", ""
    names = tuple(dict.fromkeys(missing))
    are = "is" if len(names) == 1 else "are"
    pulls = " and ".join(f"`ollama pull {name}`" for name in names)
    return f"Using {used}", f"{' and '.join(names)} {are} configured but not installed. To install: {pulls}."
