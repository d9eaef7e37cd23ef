"""Logs for IT support: what failed and where in the program, never a content, an address or a secret."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

_BYTES, _KEPT = 500_000, 3
_OURS = "client"
_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def start_log(folder: Path | None, process: str) -> None:
    """Have this process write ``folder/<process>.log``; without a folder it is silent.

    Libraries speak of what they read, so only the client's own records are kept, and nothing goes to
    the standard error output. A folder that cannot be written costs the log, not the program.
    """
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(logging.NullHandler())  # else Python prints what nobody handles
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(
            folder / f"{process}.log", maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8"
        )
        handler.setLevel(logging.WARNING)
        handler.addFilter(lambda record: record.name.split(".")[0] == _OURS)
        handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)


class _Discreet(logging.Formatter):
    """A trace with the kinds of the errors and their places; their messages may quote a letter."""

    def format(self, record: logging.LogRecord) -> str:
        """Another handler's trace, kept in the record, is not this one's."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: _ErrorInfo) -> str:  # noqa: N802 - the standard library's name
        lines: list[str] = []
        error = ei[1]
        while error is not None and len(lines) < 200:
            lines += [
                f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            lines.append(type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\n".join(lines)
