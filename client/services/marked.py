"""Whether received words carry a secrecy marking: then nothing of them is indexed, shown or passed on.

By the rule ``state-secret-marking`` as shipped, which no policy can weaken. Says yes or no, never what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.mime.html import to_text
from client.mime.legacy import convert_legacy, read_otherwise
from client.model.message import MessageView
from client.model.wording import normalise
from client.rules.rule import Settings
from client.rules.secrecy import is_marked

_RULE = "state-secret-marking"
_CORE = "MẬT"
_OLD_CORE = re.compile(r"[Mm]\s*(?:Ë|[Aa]\s*[Ää])\s*[Tt]|áº[¬\u00ad]")
"""The same in TCVN3, in VNI, and in UTF-8 that was encoded twice."""
_OTHERWISE = ("tcvn3", "vni", "utf-8")


def words_are_marked(subject: str = "", text: str = "", names: Iterable[str] = ()) -> bool:
    """A subject, a text (of a document its first page) and names of files."""
    told = (subject, text, *names)
    if _are_marked(told):
        return True
    if not any(map(may_be_marked_otherwise, told)):
        return False
    return any(_are_marked([_read_by(table, one) for one in told]) for table in _OTHERWISE)


def may_be_marked_otherwise(text: str) -> bool:
    """Whether MẬT may stand in ``text`` as encodings from before Unicode write it."""
    return not text.isascii() and _OLD_CORE.search(text) is not None


def _are_marked(told: Sequence[str]) -> bool:
    # Letters may be spaced out in a stamp; what does not hold the word at all needs no closer look.
    if not any(_CORE in "".join(normalise(one).upper().split()) for one in told):
        return False
    return is_marked(_settings(), told[0], told[1], told[2:])


def _read_by(table: str, text: str) -> str:
    """``text`` read by a table, what that changes in capitals: TCVN3 has none with marks, fonts draw them.

    By lines: letters were begun in one encoding and went on in another.
    """
    return "\n".join(_capital(line, _line_read_by(table, line)) for line in text.splitlines())


def _capital(line: str, read: str) -> str:
    return line if line == read else read.upper()


def _line_read_by(table: str, line: str) -> str:
    if table != "utf-8":
        return convert_legacy(line, table)
    found, read = read_otherwise(line)
    return read if found == table else line


def frozen_if_marked(view: MessageView) -> MessageView:
    """The view; of a message that carries a secrecy marking only from whom and when."""
    part = view.signed_part
    shown = [view.text, to_text(view.html) if view.html else ""]
    shown += [part.text, to_text(part.html) if part.html else ""] if part is not None else []
    shown += [text for one in view.attached for text in (one.envelope.subject, one.text, to_text(one.html))]
    names = [one.name for one in view.attachments]
    if not words_are_marked(view.envelope.subject, "\n".join(shown), names):
        return view
    return MessageView(view.envelope.bare(), "", "", frozen=True)


@cache
def _settings() -> Settings:
    policy = builtin_policy(resources_dir())
    return Settings(policy, policy.rules[_RULE])
