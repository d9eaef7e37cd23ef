"""Whether received words carry a secrecy marking: then nothing of them is indexed, shown or passed on.

By the rule ``state-secret-marking`` as shipped, which no policy can weaken. Says yes or no, never what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.mime.html import to_text
from client.model.message import MessageView
from client.model.wording import normalise
from client.rules.rule import Settings
from client.rules.secrecy import is_marked

_RULE = "state-secret-marking"
_CORE = "MẬT"


def words_are_marked(subject: str = "", text: str = "", names: Iterable[str] = ()) -> bool:
    """A subject, a text (of a document its first page) and names of files."""
    told = (subject, text, *names)
    # Letters may be spaced out in a stamp; what does not hold the word at all needs no closer look.
    if not any(_CORE in "".join(normalise(one).upper().split()) for one in told):
        return False
    return is_marked(_settings(), subject, text, names)


def frozen_if_marked(view: MessageView) -> MessageView:
    """The view; of a message that carries a secrecy marking only from whom and when."""
    part = view.signed_part
    shown = [view.text, to_text(view.html) if view.html else ""]
    shown += [part.text, to_text(part.html) if part.html else ""] if part is not None else []
    shown += [text for one in view.attached for text in (one.envelope.subject, one.text, to_text(one.html))]
    names = [one.name for one in view.attachments]
    if not words_are_marked(view.envelope.subject, "\n".join(shown), names):
        return view
    envelope = view.envelope
    bare = replace(
        envelope,
        subject="",
        from_=tuple(replace(one, display_name="") for one in envelope.from_),
    )
    return MessageView(bare, "", "", frozen=True)


@cache
def _settings() -> Settings:
    policy = builtin_policy(resources_dir())
    return Settings(policy, policy.rules[_RULE])
