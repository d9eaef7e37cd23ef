"""What the desktop knows of its network, passed on as a hint: the engine's connections may be dead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QNetworkInformation

_SETTLE_MS = 1500
"""A change of network is told in several steps; the last one counts."""


class NetworkWatch(QObject):
    """Calls ``changed`` once things have settled after a change."""

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(changed)

    def stirred(self, *_: object) -> None:
        """Something about the network is otherwise than before."""
        self._settle.start()


def watch_network(changed: Callable[[], None], parent: QObject) -> NetworkWatch | None:
    """Have ``changed`` called after a change of network; None where the desktop tells nothing of it."""
    if not QNetworkInformation.loadDefaultBackend():
        return None
    watch = NetworkWatch(changed, parent)
    told = QNetworkInformation.instance()
    told.reachabilityChanged.connect(watch.stirred)
    told.transportMediumChanged.connect(watch.stirred)
    return watch
