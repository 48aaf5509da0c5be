"""Traits that the environment sets where no configuration does: `JUPYTER_AGENT_` and the trait's name."""

from __future__ import annotations

import os
from typing import Any

from traitlets import List, TraitError, TraitType
from traitlets.config import Config, Configurable

PREFIX = "JUPYTER_AGENT_"


class FromEnvironment(Configurable):
    """Looks for each of its configurable traits in the environment: `JUPYTER_AGENT_NUM_CTX=8192`.

    The items of a list are separated by commas.

    Raises:
        TraitError: a variable has a value that its trait does not take.
    """

    def __init__(self, **options: Any) -> None:
        parent = options.get("parent")
        given = options.pop("config", None) or (parent.config if parent is not None else Config())
        config = Config({type(self).__name__: self._from_environment() | self._from_others(given)})
        config.merge(given)
        super().__init__(config=config, **options)

    def _from_others(self, config: Config) -> dict[str, Any]:
        """What the sections of other classes say about these traits, where their own says nothing."""
        return {}

    def _from_environment(self) -> dict[str, Any]:
        values = {}
        for name, trait in self.class_own_traits(config=True).items():
            variable = PREFIX + name.upper()
            # As everywhere, a variable that is empty is none.
            if text := os.environ.get(variable):
                try:
                    values[name] = trait._validate(self, _parsed(trait, text))
                except (TraitError, ValueError) as error:
                    raise TraitError(
                        f"{variable}={text!r} cannot be used for {type(self).__name__}.{name}: {error}"
                    ) from error
        return values


def _parsed(trait: TraitType[Any, Any], text: str) -> Any:
    if isinstance(trait, List):
        return trait.from_string_list([item.strip() for item in text.split(",")])
    return trait.from_string(text)
