"""Time zones <-> JSON. A zone is kept by its name or its offset, never by its rules."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from typing import Any

from jupyter_agent.classes import type_name

from .not_kept import NotKept, Unreadable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*")


def encode(zone: datetime.tzinfo | None) -> Any:
    """JSON of a time zone.

    Raises:
        NotKept: it is neither a fixed offset nor a zone with a name in the zone database.
    """
    if zone is None:
        return None
    if type(zone) is datetime.timezone:
        offset, *name = zone.__getinitargs__()  # type: ignore[attr-defined]
        return {"offset": offset // datetime.timedelta(microseconds=1), "name": name}
    if type(zone) is zoneinfo.ZoneInfo and zone.key is not None:
        return {"zone": zone.key}
    if type(zone).__module__.partition(".")[0] == "pytz" and getattr(zone, "zone", None) is not None:
        return {"pytz": zone.zone}  # type: ignore[attr-defined]
    raise NotKept(f"a time zone of the class {type_name(zone)} has no name", "a zone of zoneinfo")


def decode(content: Any) -> datetime.tzinfo | None:
    """The time zone of its JSON.

    Raises:
        Unreadable, ValueError, TypeError, KeyError: it is not JSON of a time zone that this machine knows.
    """
    if content is None:
        return None
    if "offset" in content:
        return datetime.timezone(datetime.timedelta(microseconds=content["offset"]), *content["name"])
    name = content.get("zone") or content["pytz"]
    if not _NAME.fullmatch(name):
        raise Unreadable(f"{name!r} is no time zone")
    if "zone" in content:
        try:
            return zoneinfo.ZoneInfo(name)
        except zoneinfo.ZoneInfoNotFoundError as error:
            raise Unreadable(f"this machine does not know the time zone {name}") from error
    import pytz

    zone: datetime.tzinfo = pytz.timezone(name)
    return zone
