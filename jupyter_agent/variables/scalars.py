"""Single values that JSON does not know <-> JSON: dates, exact numbers, missing values, of Python and pandas.

Each is kept exactly: a time with its zone and its fold, a number with all of its digits, a moment of pandas
with its unit. Only values of exactly these classes are taken: a class derived from one would come back as
another.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import fractions
import functools
import pathlib
import struct
import sys
import uuid
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import zones
from .not_kept import NotKept, Unreadable

_FRACTION_BITS = 100_000


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one class are written: `encode` returns the fields beside the tag."""

    tag: str
    kind: type
    encode: Callable[[Any], dict[str, Any]]
    decode: Callable[[Mapping[str, Any]], object]


def encode(value: object) -> dict[str, Any] | None:
    """JSON of a value of one of the classes here; None for others.

    Raises:
        NotKept: it is of such a class, but not all of it can be kept.
    """
    codec = _by_class(len(sys.modules)).get(id(type(value)))
    return None if codec is None else {"$": codec.tag, **codec.encode(value)}


def decode(content: Mapping[str, Any]) -> object:
    """The value of JSON with a tag.

    Raises:
        Exception: it is not what `encode` writes.
    """
    tag = content["$"]
    for codec in _STANDARD:
        if codec.tag == tag:
            return codec.decode(content)
    if tag.startswith("pandas-"):
        for codec in _of_pandas():
            if codec.tag == tag:
                return codec.decode(content)
    raise Unreadable(f"there is no kind of value named {tag!r}")


@functools.lru_cache(maxsize=1)
def _by_class(_modules: int) -> dict[int, Codec]:
    """By the identity of the class, because a class may have a hash of its own."""
    codecs = [*_STANDARD, *(_of_pandas() if "pandas" in sys.modules else ())]
    return {id(codec.kind): codec for codec in codecs}


def text_of(data: bytes) -> str:
    """Bytes as text, in base 64."""
    return base64.b64encode(data).decode("ascii")


def bytes_of(text: str) -> bytes:
    """The bytes of `text_of`."""
    return base64.b64decode(text, validate=True)


def _float_bits(value: float) -> str:
    return struct.pack(">d", value).hex()


def _float(bits: str) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    return float(value)


def _encode_fraction(value: fractions.Fraction) -> dict[str, Any]:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _FRACTION_BITS:
        raise NotKept("a fraction of so many digits takes too long to read")
    return {"numerator": hex(value.numerator), "denominator": hex(value.denominator)}


def _decode_fraction(content: Mapping[str, Any]) -> fractions.Fraction:
    if max(len(content["numerator"]), len(content["denominator"])) > _FRACTION_BITS:
        raise Unreadable("a fraction of too many digits")
    return fractions.Fraction(int(content["numerator"], 16), int(content["denominator"], 16))


def _encode_datetime(value: datetime.datetime) -> dict[str, Any]:
    if type(value.tzinfo).__module__.partition(".")[0] == "pytz":
        raise NotKept("a time with a zone of pytz", "one with a zone of zoneinfo")
    text = value.replace(tzinfo=None).isoformat()
    return {"text": text, "fold": value.fold, "zone": zones.encode(value.tzinfo)}


def _decode_datetime(content: Mapping[str, Any]) -> datetime.datetime:
    naive = datetime.datetime.fromisoformat(content["text"])
    return naive.replace(fold=content["fold"], tzinfo=zones.decode(content["zone"]))


def _encode_time(value: datetime.time) -> dict[str, Any]:
    return {
        "text": value.replace(tzinfo=None).isoformat(),
        "fold": value.fold,
        "zone": zones.encode(value.tzinfo),
    }


def _decode_time(content: Mapping[str, Any]) -> datetime.time:
    naive = datetime.time.fromisoformat(content["text"])
    return naive.replace(fold=content["fold"], tzinfo=zones.decode(content["zone"]))


def _zone(content: Mapping[str, Any]) -> object:
    return zones.decode(content["zone"])


_STANDARD: tuple[Codec, ...] = (
    Codec("int", int, lambda v: {"hex": hex(v)}, lambda c: int(c["hex"], 16)),
    Codec("float", float, lambda v: {"bits": _float_bits(v)}, lambda c: _float(c["bits"])),
    Codec(
        "complex",
        complex,
        lambda v: {"real": _float_bits(v.real), "imag": _float_bits(v.imag)},
        lambda c: complex(_float(c["real"]), _float(c["imag"])),
    ),
    Codec(
        "str",
        str,
        lambda v: {"bytes": text_of(v.encode("utf-8", "surrogatepass"))},
        lambda c: bytes_of(c["bytes"]).decode("utf-8", "surrogatepass"),
    ),
    Codec("bytes", bytes, lambda v: {"bytes": text_of(v)}, lambda c: bytes_of(c["bytes"])),
    Codec("bytearray", bytearray, lambda v: {"bytes": text_of(v)}, lambda c: bytearray(bytes_of(c["bytes"]))),
    Codec("decimal", decimal.Decimal, lambda v: {"text": str(v)}, lambda c: decimal.Decimal(c["text"])),
    Codec("fraction", fractions.Fraction, _encode_fraction, _decode_fraction),
    Codec("datetime", datetime.datetime, _encode_datetime, _decode_datetime),
    Codec("time", datetime.time, _encode_time, _decode_time),
    Codec(
        "date",
        datetime.date,
        lambda v: {"text": v.isoformat()},
        lambda c: datetime.date.fromisoformat(c["text"]),
    ),
    Codec(
        "timedelta",
        datetime.timedelta,
        lambda v: {"days": v.days, "seconds": v.seconds, "microseconds": v.microseconds},
        lambda c: datetime.timedelta(c["days"], c["seconds"], c["microseconds"]),
    ),
    Codec("timezone", datetime.timezone, lambda v: {"zone": zones.encode(v)}, _zone),
    Codec("zone", zoneinfo.ZoneInfo, lambda v: {"zone": zones.encode(v)}, _zone),
    Codec("uuid", uuid.UUID, lambda v: {"hex": v.hex}, lambda c: uuid.UUID(hex=c["hex"])),
    Codec("path", type(pathlib.Path()), lambda v: _text(str(v)), lambda c: pathlib.Path(_read_text(c))),
    Codec(
        "range",
        range,
        lambda v: {"parts": [hex(v.start), hex(v.stop), hex(v.step)]},
        lambda c: range(*(int(part, 16) for part in c["parts"])),
    ),
    Codec("ellipsis", type(...), lambda v: {}, lambda c: ...),
)


def _text(text: str) -> dict[str, Any]:
    return {"bytes": text_of(text.encode("utf-8", "surrogatepass"))}


def _read_text(content: Mapping[str, Any]) -> str:
    return bytes_of(content["bytes"]).decode("utf-8", "surrogatepass")


@functools.cache
def _of_pandas() -> tuple[Codec, ...]:
    import numpy as np
    import pandas as pd

    def timestamp(content: Mapping[str, Any]) -> object:
        moment = pd.Timestamp(np.datetime64(content["value"], content["unit"]))
        zone = zones.decode(content["zone"])
        return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)

    def moment(value: Any) -> dict[str, Any]:
        return {"value": int(value.asm8.view("i8")), "unit": value.unit, "zone": zones.encode(value.tzinfo)}

    def period(content: Mapping[str, Any]) -> object:
        return pd.Period(ordinal=content["ordinal"], freq=content["freq"])

    return (
        Codec("pandas-nat", type(pd.NaT), lambda v: {}, lambda c: pd.NaT),
        Codec("pandas-na", type(pd.NA), lambda v: {}, lambda c: pd.NA),
        Codec("pandas-timestamp", pd.Timestamp, moment, timestamp),
        Codec(
            "pandas-timedelta",
            pd.Timedelta,
            lambda v: {"value": int(v.asm8.view("i8")), "unit": v.unit},
            lambda c: pd.Timedelta(np.timedelta64(c["value"], c["unit"])),
        ),
        Codec("pandas-period", pd.Period, lambda v: {"ordinal": v.ordinal, "freq": v.freqstr}, period),
    )
