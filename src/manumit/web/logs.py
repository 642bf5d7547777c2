"""What is written to the log: what failed and where, never a value.

A traceback's text can hold a name (the message of an exception often does), so a line carries the
exception's type and the place in the code alone. Security test 32.
"""

import logging
import traceback
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views import debug


def where(error: BaseException) -> str:
    """Return the places the error went through, innermost last: module line function."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " > ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames
    )


class Formatter(logging.Formatter):
    """One line per event; Django's own request lines are reduced to their kind."""

    def __init__(self, **_: Any) -> None:
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time, level, logger, message, and for an error its type and place."""
        when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        # Third parties put addresses, forms and SQL into arguments; ours log fixed sentences.
        own = record.name.startswith("manumit")
        said = record.getMessage() if own else _kind(record)
        line = f"{when} {record.levelname} {record.name} {said}"
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            line += f" | {type(error).__name__} at {where(error)}"
            error = error.__cause__
        return line


def _kind(record: logging.LogRecord) -> str:
    """Return the message's fixed part: the template before its arguments, or the status."""
    status = getattr(record, "status_code", None)
    if status is not None:
        return f"answered {status}"
    text = str(record.msg)
    return (
        text
        if record.args or (text.isascii() and len(text) < 120 and not record.exc_info)
        else record.funcName
    )


class Reporter(debug.ExceptionReporter):
    """The developers' error page, reduced to type and place, should anybody ever turn it on."""

    def get_traceback_html(self) -> SafeString:
        """Return the page."""
        return format_html("<!DOCTYPE html><title>Error</title><pre>{}</pre>", self._line())

    def get_traceback_text(self) -> SafeString:
        """Return the text."""
        return format_html("{}", self._line())

    def _line(self) -> str:
        error = self.exc_value
        return f"{type(error).__name__} at {where(error)}" if error else "no exception"
