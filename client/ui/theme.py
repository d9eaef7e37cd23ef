"""Colours, spacing and icons of the window; a calm light theme with visible focus."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from client.config.paths import resources_dir
from client.model.finding import Severity
from client.model.verdict import Display

ACCENT = "#1f5fa8"
TEXT = "#1d2733"
MUTED = "#566373"
LINE = "#d8dee6"
SURFACE = "#ffffff"
BACKGROUND = "#f3f5f8"
SELECTION = "#dbe8f7"
HOVER = "#edf2f8"

GOOD, CAUTION, DOUBT, BAD, NEUTRAL = "#15703a", "#9a5b00", "#5b4a91", "#b3261e", MUTED
SPACE = 8
"""The step all margins are multiples of, in device-independent pixels."""

_DISPLAY = {
    Display.VALID: (GOOD, "#e8f5ec", "sig-valid"),
    Display.WARNING: (CAUTION, "#fdf3e1", "sig-warning"),
    Display.UNKNOWN: (DOUBT, "#efecf8", "sig-unknown"),
    Display.INVALID: (BAD, "#fcebea", "sig-invalid"),
    Display.NONE: (NEUTRAL, "#eff1f4", "sig-none"),
}
_SEVERITY = {
    Severity.INFO: (ACCENT, "#e8f0fa", "info"),
    Severity.WARN: (CAUTION, "#fdf3e1", "sig-warning"),
    Severity.CONFIRM: (DOUBT, "#efecf8", "confirm"),
    Severity.BLOCK: (BAD, "#fcebea", "block"),
}


def display_style(display: Display) -> tuple[str, str, str]:
    """Ink, background and icon name for a signature's state."""
    return _DISPLAY[display]


def severity_style(severity: Severity) -> tuple[str, str, str]:
    """Ink, background and icon name for a finding's weight."""
    return _SEVERITY[severity]


def icon(name: str, colour: str = TEXT) -> QIcon:
    """The line icon ``name`` of ``resources/icons`` in ``colour``; greyed where its action is disabled."""
    made = QIcon()
    for size in (16, 20, 40):
        made.addPixmap(_draw(name, colour, size))
        made.addPixmap(_draw(name, "#a5aeb9", size), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str = TEXT, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` device-independent pixels for a screen of that pixel ratio."""
    drawn = _draw(name, colour, round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _draw(name: str, colour: str, size: int) -> QPixmap:
    """Drawn once, for Qt keeps it: the status line changes its icon with every batch of headers."""
    key = f"{name} {colour} {size}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    path = resources_dir() / "icons" / f"{name}.svg"
    source = path.read_text("utf-8").replace("currentColor", colour)
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn


def apply_theme(app: QApplication) -> None:
    """Palette and style sheet for the whole application."""
    app.setStyle("Fusion")
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: BACKGROUND,
        QPalette.ColorRole.Base: SURFACE,
        QPalette.ColorRole.AlternateBase: BACKGROUND,
        QPalette.ColorRole.Button: SURFACE,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.ToolTipBase: SURFACE,
        QPalette.ColorRole.ToolTipText: TEXT,
        QPalette.ColorRole.PlaceholderText: "#66727f",
        QPalette.ColorRole.Highlight: ACCENT,
        QPalette.ColorRole.HighlightedText: "#ffffff",
        QPalette.ColorRole.Link: ACCENT,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#98a2ae"))
    app.setPalette(palette)
    chevron = (resources_dir() / "icons" / "chevron-down.svg").as_posix()
    app.setStyleSheet(STYLE.replace("{chevron}", chevron))


STYLE = f"""
QToolBar {{ background: {SURFACE}; border: none; border-bottom: 1px solid {LINE};
    padding: 4px 6px; spacing: 2px; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 6px 4px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px 7px;
    background: transparent; }}
QToolButton:hover:enabled {{ background: {HOVER}; }}
QToolButton:pressed {{ background: {SELECTION}; }}
QToolButton:focus {{ border-color: {ACCENT}; }}
QToolButton#primary {{ background: {ACCENT}; color: white; font-weight: 600; padding: 4px 12px; }}
QToolButton#primary:hover {{ background: #2a6fbd; }}
QToolButton#primary:focus {{ border-color: {TEXT}; }}
QPushButton {{ border: 1px solid #b9c3cf; border-radius: 5px; padding: 5px 12px; background: {SURFACE}; }}
QPushButton:hover:enabled {{ background: {HOVER}; }}
QPushButton:default {{ background: {ACCENT}; border-color: {ACCENT}; color: white; }}
QPushButton:default:hover {{ background: #2a6fbd; }}
QPushButton:disabled {{ color: #98a2ae; background: {BACKGROUND}; border-color: {LINE}; }}
QPushButton#send {{ font-weight: 600; padding: 5px 16px; }}
QPushButton#send:focus {{ padding: 4px 15px; }}
QPushButton#send[state="waiting"]:disabled {{ color: {MUTED}; background: #e4e9ef; border-color: #aeb8c4; }}
QPushButton#send[state="blocked"]:disabled {{ color: {BAD}; background: #fcebea; border-color: {BAD}; }}
QToolButton#link {{ color: {ACCENT}; padding: 2px 5px; text-decoration: underline; }}
QToolButton#small {{ border: 1px solid #b9c3cf; background: {SURFACE}; padding: 2px 9px; }}
QToolButton#small:focus {{ border-color: {ACCENT}; }}
QToolButton#small[popupMode="2"] {{ padding-right: 20px; }}
QToolButton#chip {{ border: 1px solid {LINE}; border-radius: 10px; background: {SURFACE}; color: {MUTED};
    padding: 1px 5px; font-size: 9pt; }}
QToolButton#chip:focus {{ border-color: {ACCENT}; }}
QToolButton#chip:checked {{ border-color: {ACCENT}; background: {SELECTION}; color: {ACCENT};
    font-weight: 600; }}
QToolButton#small::menu-indicator {{ image: url("{{chevron}}"); subcontrol-origin: padding;
    subcontrol-position: right center; right: 5px; width: 11px; height: 11px; }}
QPushButton:focus {{ border: 2px solid {ACCENT}; padding: 4px 11px; }}
QPushButton:default:focus {{ border: 2px solid {TEXT}; }}
QLineEdit, QPlainTextEdit, QComboBox {{ border: 1px solid #b9c3cf; border-radius: 5px; padding: 4px 7px;
    background: {SURFACE}; selection-background-color: {ACCENT}; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 2px solid {ACCENT}; padding: 3px 6px; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ border: none; padding: 0; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 24px; subcontrol-origin: padding; }}
QComboBox::down-arrow {{ image: url("{{chevron}}"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ border: 1px solid {LINE}; selection-background-color: {SELECTION};
    selection-color: {TEXT}; }}
QTreeView, QTableView, QListView {{ border: none; background: {SURFACE}; outline: none; }}
QTreeView {{ background: {BACKGROUND}; }}
QTreeView::item {{ border: none; border-left: 3px solid transparent; color: {TEXT}; }}
QTreeView::item:hover {{ background: {HOVER}; }}
QTreeView::item:selected {{ background: {SELECTION}; color: {TEXT}; }}
QTreeView::item:selected:active {{ border-left: 3px solid {ACCENT}; }}
QHeaderView {{ background: {SURFACE}; border: none; }}
QHeaderView::section {{ background: {SURFACE}; color: {MUTED}; border: none; border-bottom: 1px solid {LINE};
    padding: 6px 5px; }}
QListWidget {{ border: 1px solid #b9c3cf; }}
QListWidget::item {{ padding: 4px 6px; }}
QListWidget::item:hover {{ background: {HOVER}; }}
QListWidget::item:selected {{ background: {SELECTION}; color: {TEXT}; }}
QListWidget:focus {{ border: 2px solid {ACCENT}; }}
QTextBrowser {{ border: none; background: {SURFACE}; padding: 4px; }}
QSplitter::handle {{ background: {LINE}; }}
QStatusBar {{ background: {SURFACE}; border-top: 1px solid {LINE}; }}
QStatusBar::item {{ border: none; }}
QMenuBar {{ background: {SURFACE}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {SELECTION}; }}
QMenu {{ background: {SURFACE}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {SELECTION}; color: {TEXT}; }}
QMenu::item:disabled {{ color: #98a2ae; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 6px; }}
QToolTip {{ background: {SURFACE}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar::handle:vertical {{ background: #c3ccd6; border-radius: 5px; min-height: 28px; margin: 1px 2px; }}
QScrollBar::handle:vertical:hover {{ background: #9fabb8; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QLabel#muted {{ color: {MUTED}; }}
QLabel#title {{ font-size: 15pt; font-weight: 600; }}
QFrame#strip {{ background: {BACKGROUND}; border-top: 1px solid {LINE}; }}
QLabel#demo {{ background: #7a3e00; color: white; font-weight: 600; padding: 3px 10px; }}
"""

CARD_LIST = f"""
QListWidget {{ border: 1px solid #b9c3cf; background: {SURFACE}; }}
QListWidget:focus {{ border: 2px solid {ACCENT}; }}
QListWidget::item {{ padding: 4px 6px; }}
QListWidget::item:selected {{ background: {SELECTION}; color: {TEXT}; }}
"""
"""A list whose items have several lines."""
