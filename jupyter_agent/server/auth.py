"""Who is asking.

Jupyter's stock identity providers know one person, and invent a new name for each request that brings a
token but no cookie: whoever they say it is, it is the owner. Providers that name people (JupyterHub,
single sign-on) tell users apart.

Besides what Jupyter accepts, the handlers under `agent/`, and no others, accept the extension's own token
(`credentials.py`). It makes its bearer the owner, so it counts only where there is one person; and it goes on
in no conversation whose code can read a folder (`require_open`).
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata

from jupyter_core.utils import ensure_async
from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from jupyter_agent.errors import InputRefused, NotAllowed
from jupyter_agent.ids import OWNER, ConversationId, UserId
from jupyter_agent.protocols import Store

AUTH_RESOURCE = "jupyter_agent"
"""What authorizers are asked about."""

_BEARER = re.compile(r"(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)

_LONGEST_NAME = 255


class AgentToken:
    """The extension's own token: made when the server starts, gone when it ends."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)

    def is_brought_by(self, request: HTTPServerRequest) -> bool:
        """Whether the request's `Authorization` header carries it."""
        match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        return match is not None and hmac.compare_digest(match[1].encode(), self.secret.encode())


class AgentTokenAccepted(JupyterHandler):
    """A handler that the agent's token opens; `agent_token` is set before `prepare`."""

    agent_token: AgentToken
    by_agent_token = False
    """Whether it was that token which opened it."""

    async def prepare(self, **options: bool) -> None:
        """Recognise the token, else leave it to Jupyter."""
        if knows_one_person(self.identity_provider) and self.agent_token.is_brought_by(self.request):
            # What Jupyter's own token leads to: its provider takes the user that is already there, and
            # asks neither for the XSRF cookie nor for the origin, which a browser cannot forge here.
            self.current_user = self._jupyter_current_user = User(username=OWNER)
            self._token_authenticated = True
            self.by_agent_token = True
        await ensure_async(super().prepare(**options))  # type: ignore[arg-type]

    async def require_open(self, store: Store, owner: UserId, conversation_id: ConversationId) -> None:
        """Before code runs in a conversation, or what it has read is shown.

        Whoever can read the credential file is not thereby let into the folder that a person has opened.

        Raises:
            NotFound: there is no such conversation of this owner.
            NotAllowed: its code can read a folder, and it is the agent's token that opened this handler.
        """
        if self.by_agent_token and (await store.folder_of(owner, conversation_id)).path:
            raise NotAllowed(
                "Code in this conversation can read a folder, and the agent's token opens none.",
                "Begin another conversation, and attach the files that it is about.",
            )

    async def require(self, action: str) -> None:
        """What `@authenticated` and `@authorized` do, where it must be done before a method is called."""
        authorizer: Authorizer = self.authorizer
        user = self.current_user
        if user is None or not await ensure_async(
            authorizer.is_authorized(self, user, action, AUTH_RESOURCE)
        ):
            raise HTTPError(403)


def knows_one_person(provider: IdentityProvider) -> bool:
    """Whether the provider is one of Jupyter's own, which only know whether someone may enter."""
    return type(provider) in (IdentityProvider, PasswordIdentityProvider)


def owner_of(handler: JupyterHandler) -> UserId:
    """The user on whose behalf the request is made. The request is authenticated already.

    Raises:
        InputRefused: the provider gave a name that nothing can be kept under.
    """
    if knows_one_person(handler.identity_provider):
        return OWNER
    name = handler.current_user.username if handler.current_user else None
    if not isinstance(name, str) or not _is_sane(name):
        raise InputRefused("Your user name cannot be used here.", "Ask your administrator for another.")
    return UserId(name)


def _is_sane(name: str) -> bool:
    """`owner` is reserved: what it owns was made when the server knew one person only."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and name != OWNER
        and name == name.strip()
        and not any(unicodedata.category(character) in ("Cc", "Cs") for character in name)
    )
