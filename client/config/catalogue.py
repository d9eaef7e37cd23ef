"""Texts by code, in Vietnamese and English: the words for errors, reasons and findings."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """What is said about a code: what happened, and what to do."""

    title: str
    action: str = ""
    hint: str = ""
    """In the file: more about what to do, said only when every parameter it names is known."""

    @property
    def whole(self) -> str:
        """What happened as a sentence, then what to do."""
        ended = self.title.endswith((".", "?", "!", "…"))
        return f"{self.title}{'' if ended else '.'} {self.action}".strip()


class Catalogue:
    """The texts of one language, from ``resources/i18n/messages.<language>.toml``.

    The file has a table per family (``error``, ``reason``, ``display``, ``state`` ...) and in it
    one table per code with ``title`` and optionally ``action`` and ``hint``, all format strings.
    """

    def __init__(self, texts: dict[str, dict[str, Text]], language: str) -> None:
        self.language = language
        self._texts = texts

    @classmethod
    def load(cls, resources: Path, language: str = "vi") -> Catalogue:
        """Read one language's file."""
        with (resources / "i18n" / f"messages.{language}.toml").open("rb") as file:
            raw = tomllib.load(file)
        texts = {
            family: {
                code: Text(entry["title"], entry.get("action", ""), entry.get("hint", ""))
                for code, entry in codes.items()
            }
            for family, codes in raw.items()
        }
        return cls(texts, language)

    def families(self) -> dict[str, frozenset[str]]:
        """All codes by family, for the completeness test."""
        return {family: frozenset(codes) for family, codes in self._texts.items()}

    def text(self, family: str, code: str, **params: object) -> Text:
        """The text for a code with its parameters filled in; the code itself when there is none.

        An error's parameter ``reason`` is itself a code: its words are filled in.
        """
        found = self._texts.get(family, {}).get(code)
        if found is None:
            return Text(code)
        values = _Lenient(params)
        if family == "error" and isinstance(values.get("reason"), str):
            values["reason"] = self._why(str(values["reason"]), values)
        action = found.action.format_map(values)
        if _said(found.hint, values):
            action = f"{action} {found.hint.format_map(values)}"
        return Text(_tidy(found.title.format_map(values)), action)

    def reason(self, code: str) -> str:
        """The words for why an error happened, wherever they are kept; the code itself without any."""
        found = self._found(code)
        return code if found is None else found.title

    def _why(self, code: str, values: _Lenient) -> str:
        found = self._found(code)
        if found is None:
            return code
        more = f" ({found.hint.format_map(values)})" if _said(found.hint, values) else ""
        return f"{found.title}{more}"

    def _found(self, code: str) -> Text | None:
        texts = (self._texts.get(family, {}).get(code) for family in ("detail", "reason"))
        return next((text for text in texts if text is not None), None)


def _said(hint: str, values: _Lenient) -> bool:
    """Whether there is a hint, and everything it names is known."""
    return bool(hint) and all(values.get(name) for _, name, _, _ in string.Formatter().parse(hint) if name)


def _tidy(text: str) -> str:
    """Without the gap that a parameter leaves of which nothing is known."""
    return " ".join(text.split()).replace(" :", ":")


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
