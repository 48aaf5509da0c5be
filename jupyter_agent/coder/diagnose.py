"""Says why an execution failed: the class of the error, its line, and what to try next.

Classes follow from the exception's type and the builtins' own hierarchy. Words of a message or a traceback
count only where no type tells: that a value was None, which system error refused, that pandas reads JSON.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import replace

from jupyter_agent.prompts import advice, check_texts, endings
from jupyter_agent.steps import ErrorClass, ErrorOutput, Execution, Failure, Output, Variable

from .check import Finding, failure_of

_BUILTIN: dict[type[BaseException], ErrorClass] = {
    IndexError: "index-error",
    KeyError: "key-error",
    LookupError: "encoding",
    TypeError: "type-error",
    FileNotFoundError: "file-not-found",
    IsADirectoryError: "file-not-found",
    NotADirectoryError: "file-not-found",
    PermissionError: "permission",
    FileExistsError: "permission",
    ConnectionError: "restricted",
    TimeoutError: "timeout",
    UnicodeError: "encoding",
    ValueError: "value-error",
    AttributeError: "attribute-error",
    NameError: "name-error",
    ImportError: "import-error",
    ZeroDivisionError: "zero-division",
    MemoryError: "memory",
    SyntaxError: "syntax-error",
    KeyboardInterrupt: "interrupted",
    Exception: "runtime-error",
}

_LIBRARY: dict[str, ErrorClass] = {
    "JSONDecodeError": "json-decoding",
    "URLError": "restricted",
    "HTTPError": "restricted",
    "gaierror": "restricted",
    "ConnectTimeout": "restricted",
    "SSLError": "restricted",
    "StdinNotImplementedError": "restricted",
    "UndefinedVariableError": "name-error",
    "InvalidIndexError": "key-error",
    "IndexingError": "index-error",
    "AxisError": "index-error",
    "ParserError": "value-error",
    "EmptyDataError": "value-error",
    "MergeError": "value-error",
    "LinAlgError": "value-error",
    "InvalidArgument": "value-error",
    "OutOfBoundsDatetime": "value-error",
    "DateParseError": "value-error",
    "IntCastingNaNError": "value-error",
    "DataError": "type-error",
    "UFuncTypeError": "type-error",
    "InvalidComparison": "type-error",
    "NotFittedError": "value-error",
    "DivisionByZero": "zero-division",
    "InvalidOperation": "value-error",
    "ColumnNotFoundError": "key-error",
    "OutOfBoundsError": "index-error",
    "SchemaError": "type-error",
    "InvalidOperationError": "type-error",
    "ComputeError": "value-error",
    "ShapeError": "value-error",
    "NoDataError": "value-error",
    "ArrowInvalid": "value-error",
    "ArrowTypeError": "type-error",
    "ArrowKeyError": "key-error",
    "BinderException": "key-error",
    "CatalogException": "name-error",
    "ConversionException": "value-error",
    "ParserException": "syntax-error",
    "IOException": "file-not-found",
    "BrokenProcessPool": "restricted",
    "MemoryBudget": "memory",
    "ProcessorBudget": "timeout",
    "Interrupted": "interrupted",
}
"""Exceptions of the data libraries, which this process never imports, and names of the kernel's own."""

_READS_JSON = "ujson_loads("
"""What pandas calls to read JSON: it raises a plain `ValueError`."""
_NOT_PERMITTED = "[Errno 1]"
"""How the kernel refuses system calls; files that it hides are refused with another number."""
_LINE = re.compile(
    r"^ *(?:Cell )?In ?\[\d+\],? line (\d+)|^ *File .*?[/<]ipykernel.*?(?:line |:)(\d+)", re.MULTILINE
)
_MOST_VARIABLES = 8
EMPTY_RESULT = "EmptyResult"
"""The name of a failure that only a first attempt has: a model that comes to it again may be right."""
_NO_VALUE = re.compile(r"(nan|None|NaT)\s*")
"""An empty list or table may be the right answer: that there is none."""


def diagnose(execution: Execution, code: str) -> Failure:
    """Why an execution that did not end well failed."""
    error = execution.error
    line = failing_line(error, code) if error else None
    variables = _relevant(execution.variables, code)
    note = execution.note or endings().get(execution.status, endings()["stopped"])
    match execution.status:
        case "timeout":
            return _failure("timeout", "Timeout", note, line=line, variables=variables)
        case "died":
            return _failure("kernel-died", "KernelDied", note)
    if execution.status == "stopped" or error is None:
        return _failure("interrupted", "Interrupted", note)
    failure = _failure(classify(error), error.name, error.message, line=line, variables=variables)
    if error.name == "SystemExit":
        return replace(failure, advice=check_texts()["end"].fix)
    if failure.error_class == "permission" and any(block.kind != "path" for block in execution.blocks):
        # The system has one word for both: a file out of reach, and a program that may not be started.
        return replace(failure, error_class="restricted", advice=advice()["restricted"])
    return failure


def classify(error: ErrorOutput) -> ErrorClass:
    """The class of an exception that code raised."""
    if error.name in ("AttributeError", "TypeError") and "'NoneType'" in error.message:
        return "none-access"
    if error.name == "ValueError" and _READS_JSON in error.traceback:
        return "json-decoding"
    if error.name in _LIBRARY:
        return _LIBRARY[error.name]
    kind = getattr(builtins, error.name, RuntimeError)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return "runtime-error"
    if issubclass(kind, OSError) and error.message.startswith(_NOT_PERMITTED):
        return "restricted"
    return next((_BUILTIN[base] for base in kind.__mro__ if base in _BUILTIN), "runtime-error")


def failing_line(error: ErrorOutput, code: str) -> int | None:
    """The line of the program at which the exception passed through it, from 1."""
    lines = code.count("\n") + 1
    found = _LINE.search(error.traceback)
    number = int(found[1] or found[2]) if found else 0
    return number if 1 <= number <= lines else None


def silent(execution: Execution, outputs: tuple[Output, ...], code: str, *, strict: bool) -> Failure | None:
    """The failure of a program that ran but showed nothing; if `strict`, nothing but a missing value."""
    shown = [output for output in outputs if output.kind == "display" or output.kind == "stream"]
    text = "".join(
        output.text if output.kind == "stream" else output.data.get("text/plain", "") for output in shown
    )
    drawn = any(
        output.kind == "display" and any(kind.startswith("image/") for kind in output.data)
        for output in shown
    )
    if drawn:
        return None
    if not text.strip():
        failure = failure_of(Finding(rule="no-output"), "NoOutput")
    elif strict and _NO_VALUE.fullmatch(text.strip()):
        failure = failure_of(Finding(rule="empty-result"), EMPTY_RESULT)
    else:
        return None
    return replace(failure, variables=_relevant(execution.variables, code))


def _failure(
    error_class: ErrorClass,
    name: str,
    message: str,
    *,
    line: int | None = None,
    variables: tuple[Variable, ...] = (),
) -> Failure:
    return Failure(
        error_class=error_class,
        name=name,
        message=message,
        line=line,
        advice=advice()[error_class],
        variables=variables,
    )


def _relevant(variables: tuple[Variable, ...], code: str) -> tuple[Variable, ...]:
    """The variables that the program speaks of."""
    words = set(re.findall(r"\w+", code))
    named = [variable for variable in variables if set(re.findall(r"\w+", variable.name)) & words]
    return tuple(named[:_MOST_VARIABLES])
