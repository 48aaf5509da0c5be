"""What a run's agent is given, and what becomes of the events that it streams out.

The question with what is known about it, models whose calls are counted, limited and written down, the
conversation's kernel: put together here, for one run at a time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from .agents import Toolbox, Turn, answer
from .budget import Budget
from .characters import encodable
from .closing import closing
from .coder.fitted import fitted
from .context import Context
from .events import Activity, AnswerGiven, AttemptStarted, ModelChosen, Notice, QuestionBack
from .files import profile
from .journal import Journal
from .models.announced import announced
from .models.bounded import bounded
from .models.budgeted import budgeted
from .models.metered import metered
from .models.prompt_log import Caller, PromptLog
from .models.retried import retried
from .models.spoken import spoken
from .posting import Posting
from .protocols import ChosenModels, Kernels, Models, Store, Waiting, Workspaces
from .run import Run
from .settings import Settings

_LOOKED_BACK = 20
"""Messages in which the last thing is found that the agent said."""

UNRESTRICTED = (
    "Code runs without restrictions and with all your rights, because JupyterAgent.kernel_name names an "
    "ordinary kernel. Remove that setting to use the restricted one."
)


class Answering:
    """Answers the questions of runs."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        workspaces: Workspaces,
        models: Models,
        kernels: Kernels,
        prompts: PromptLog,
        settings: Settings,
    ) -> None:
        self._store = store
        self._journal = journal
        self._workspaces = workspaces
        self._models = models
        self._kernels = kernels
        self._prompts = prompts
        self._settings = settings

    async def answer(self, run: Run) -> None:
        """Have the agent answer the run's question.

        Raises:
            AgentError: it cannot go on; its message is for the person.
        """
        async with Posting(self._journal, run.conversation_id, run.id) as posting:
            turn, toolbox = await self._prepared(run, posting)
            async with closing(answer(turn, toolbox)) as bodies:
                async for body in bodies:
                    if isinstance(body, Activity):
                        run.activity = body.text
                    elif isinstance(body, AnswerGiven | QuestionBack):
                        run.answer = encodable(body.text)
                        run.asked_back = isinstance(body, QuestionBack)
                    await posting.post(run.account.noted(body))
                    if isinstance(body, AttemptStarted):
                        await posting.stored()  # no code runs that nobody could see afterwards

    async def _prepared(self, run: Run, posting: Posting) -> tuple[Turn, Toolbox]:
        """What the run's agent is asked, and what it can use."""
        chosen = await self._models.choose(run.question.model)
        # Since the run was accepted, nobody can choose another profile.
        conversation = await self._store.conversation(run.owner, run.conversation_id)
        folder = await self._store.folder_of(run.owner, run.conversation_id)
        workspace = self._workspaces.for_conversation(run.owner, run.conversation_id)
        await posting.post(
            ModelChosen(
                model=chosen.general.name,
                provider=chosen.provider,
                notice=chosen.notice,
                advice=chosen.advice,
            )
        )
        if not self._kernels.restricted:
            await posting.post(Notice(level="error", text=UNRESTRICTED))
        profiles = [
            await profile(workspace.attachments / a.name, a.name, a.media_type) for a in run.attachments
        ]
        run.kernel = self._kernels.session(
            workspace, profile=conversation.profile, folder=Path(folder.path) if folder.path else None
        )
        turn = Turn(
            question=run.question.text,
            agent_type=run.question.agent_type,
            history=run.history,
            profiles=tuple(profiles),
            now=datetime.now().astimezone(),
            resumed=run.resumption.resumed if run.resumption else None,
            may_ask=await self._may_ask(run, chosen),
            # All events are looked through: not where a kernel holds what there is.
            ran_code=not run.kernel.started and await self._store.ran_code(run.owner, run.conversation_id),
        )
        context = Context(chosen.context, chosen.limited_by)
        budget = Budget(minutes=self._settings.max_run_minutes, tokens=self._settings.max_run_tokens)
        toolbox = Toolbox(
            run=run.id,
            models=self._models_for(run, chosen, context, budget, posting),
            kernel=run.kernel,
            workspace=workspace.folder,
            settings=_settings_for(chosen, self._settings),
            said=partial(self._heard, run),
            context=context,
            budget=budget,
        )
        return turn, toolbox

    async def _may_ask(self, run: Run, chosen: ChosenModels) -> bool:
        """Never twice in a row, and not the embedded model: it cannot tell what is unclear."""
        if not run.question.may_ask or chosen.provider == "embedded":
            return False
        said = await self._store.messages(run.owner, run.conversation_id, limit=_LOOKED_BACK)
        last = next((message for message in reversed(said) if message.role == "assistant"), None)
        return last is None or not last.asks_back

    def _models_for(
        self, run: Run, chosen: ChosenModels, context: Context, budget: Budget, posting: Posting
    ) -> ChosenModels:
        """The chosen models, within their limits; calls are written down, announced and counted."""
        caller = Caller(user=run.owner, conversation=run.conversation_id, run=run.id)
        logged = self._prompts.logged(chosen, caller)
        counted = metered(announced(logged, partial(_announce, run, posting)), run.meter)
        return fitted(budgeted(retried(spoken(bounded(counted))), budget), context, partial(_warn, posting))

    async def _heard(self, run: Run) -> tuple[str, ...]:
        """What the person has said to the run so far, which its agent takes into account from now on."""
        said = await self._store.said_between(run.conversation_id, run.began_at)
        run.heard = len(said)
        return said


async def _warn(posting: Posting, text: str) -> None:
    await posting.post(Notice(level="warning", text=text))


async def _announce(run: Run, posting: Posting, waiting: Waiting | None) -> None:
    """While an agent waits for its model. Afterwards it does what it had said."""
    if waiting is not None:
        await posting.post(Activity(text=waiting.text, progress=waiting.progress))
    elif run.activity:
        await posting.post(Activity(text=run.activity))


def _settings_for(chosen: ChosenModels, settings: Settings) -> Settings:
    """The embedded model does not review: it was found to approve every program, right or wrong."""
    return replace(settings, review_rounds=0) if chosen.provider == "embedded" else settings
