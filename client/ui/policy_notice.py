"""Says across the window that a policy file was refused, why, and which rules hold meanwhile."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.model.finding import Severity
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts


class PolicyNotice(NoticeBar):
    """Hidden where every policy file was taken."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        found = texts.policy_found
        if found is None or not found.problems:
            return
        titles, actions = [], []
        for problem in found.problems:
            words = texts.error(problem.error)
            titles.append(f"{words.title}. {texts.text('policy', problem.instead.value).title}")
            actions.append(words.action)
        self.show_notice(Severity.WARN, "\n".join(titles), "\n".join(dict.fromkeys(actions)))
