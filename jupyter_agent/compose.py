"""Puts the concrete parts together, once, for every front end that runs the agent itself.

The server extension and the command line both call `compose`; they differ only in the kernel manager
that they bring. This is the one place that knows which store, which models and which kernels there are,
and importing it imports all of them: do so on first use, never at server start.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass

from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from .answering import Answering
from .audit import AuditLog
from .errors import StorageError
from .journal import Journal
from .kernel.sessions import RestrictedKernels
from .kernel_states import KernelStates
from .models.prompt_log import PromptLog
from .models.providers import ProviderModels
from .protocols import Kernels, Models, Store
from .runner import Runner
from .settings import Settings
from .storage.store import SqlStore
from .storage.workspaces import Workspaces
from .upkeep import Upkeep

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a front end talks to."""

    settings: Settings
    store: Store
    journal: Journal
    workspaces: Workspaces
    models: Models
    prompt_log: PromptLog
    kernels: Kernels
    kernel_states: KernelStates
    runner: Runner
    upkeep: Upkeep

    async def close(self) -> None:
        """End the runs, then the kernels, then what they rest on."""
        async with AsyncExitStack() as last_first:
            for part in (
                self.store,
                self.journal,
                self.models,
                self.prompt_log,
                self.kernels,
                self.runner,
                self.upkeep,
            ):
                last_first.push_async_callback(part.close)


async def compose(
    settings: Settings, kernel_manager: AsyncMultiKernelManager, *, models: Models | None = None
) -> Services:
    """Open the store, finish what processes that are gone left behind, and connect the parts.

    Args:
        kernel_manager: starts and owns the kernels: the Jupyter server's own, or a fresh one.
        models: instead of those that `settings` name; for tests.

    Raises:
        StorageError: the data folder or the database cannot be used.
    """
    store = await SqlStore.open(settings.database)
    workspaces = Workspaces(settings.workspaces)
    await _tidy_up(store, workspaces)
    journal = Journal(store)
    models = models or ProviderModels(settings)
    kernels = RestrictedKernels(
        kernel_manager,
        settings.kernel_name,
        output_limit=settings.output_limit_mb * 1_000_000,
        keep_limit=settings.keep_variables_mb * 1_000_000,
        idle_seconds=settings.idle_minutes * 60,
        audit=AuditLog(settings.audit_file) if settings.audit_log else None,
        allow_unrestricted=settings.allow_unrestricted_kernel,
    )
    prompt_log = PromptLog(settings.data_dir, settings.prompt_log, contents=settings.prompt_log_contents)
    answering = Answering(
        store=store,
        journal=journal,
        workspaces=workspaces,
        models=models,
        kernels=kernels,
        prompts=prompt_log,
        settings=settings,
    )
    runner = Runner(
        store=store,
        journal=journal,
        workspaces=workspaces,
        kernels=kernels,
        answering=answering,
        settings=settings,
    )
    upkeep = Upkeep(store=store, workspaces=workspaces, kernels=kernels)
    upkeep.begin()
    return Services(
        settings=settings,
        store=store,
        journal=journal,
        workspaces=workspaces,
        models=models,
        prompt_log=prompt_log,
        kernels=kernels,
        kernel_states=KernelStates(store=store, journal=journal, kernels=kernels, holding=runner.holding),
        runner=runner,
        upkeep=upkeep,
    )


async def _tidy_up(store: Store, workspaces: Workspaces) -> None:
    """Finish what a process that was killed had begun. What cannot be written now is tried again later."""
    try:
        await store.end_orphaned_runs()
        await workspaces.sweep(store)
    except StorageError as error:
        log.warning("what an earlier process left behind stays for now: %s", error)
