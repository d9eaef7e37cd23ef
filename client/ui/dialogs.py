"""Questions and notices in boxes of their own; texts are always plain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from client.config.catalogue import Text


def show_problem(parent: QWidget | None, text: Text) -> QMessageBox:
    """Say what happened and what to do, without stopping anything."""
    box = _box(parent, QMessageBox.Icon.Warning, text)
    box.addButton(QCoreApplication.translate("Dialogs", "Đóng"), QMessageBox.ButtonRole.AcceptRole)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    box.show()
    return box


def show_note(parent: QWidget | None, text: Text) -> QMessageBox:
    """Say what was done, without stopping anything."""
    box = _box(parent, QMessageBox.Icon.Information, text)
    box.addButton(QCoreApplication.translate("Dialogs", "Đóng"), QMessageBox.ButtonRole.AcceptRole)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    box.show()
    return box


def ask_open_link(parent: QWidget, target: str) -> bool:
    """Ask before a link is opened, showing where it really leads."""
    title = QCoreApplication.translate("Dialogs", "Mở liên kết này trong trình duyệt?")
    advice = QCoreApplication.translate(
        "Dialogs", "Địa chỉ thật:\n{target}\n\nChỉ mở khi bạn biết địa chỉ này."
    )
    box = _box(parent, QMessageBox.Icon.Question, Text(title, advice.replace("{target}", target)))
    opens = box.addButton(
        QCoreApplication.translate("Dialogs", "Mở liên kết"), QMessageBox.ButtonRole.AcceptRole
    )
    stays = box.addButton(
        QCoreApplication.translate("Dialogs", "Không mở"), QMessageBox.ButtonRole.RejectRole
    )
    box.setDefaultButton(stays)
    box.exec()
    return box.clickedButton() is opens


def ask_seal(parent: QWidget) -> bool:
    """Ask whether a time-stamp is to be put over what is exported."""
    title = QCoreApplication.translate("Dialogs", "Đóng dấu thời gian lên hồ sơ?")
    advice = QCoreApplication.translate(
        "Dialogs",
        "Dấu thời gian chứng minh toàn bộ hồ sơ đã có từ lúc này. "
        "Chỉ mã băm của hồ sơ được gửi tới tổ chức cấp dấu thời gian.",
    )
    box = _box(parent, QMessageBox.Icon.Question, Text(title, advice))
    seals = box.addButton(
        QCoreApplication.translate("Dialogs", "Đóng dấu"), QMessageBox.ButtonRole.AcceptRole
    )
    box.addButton(QCoreApplication.translate("Dialogs", "Không đóng dấu"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(seals)
    box.exec()
    return box.clickedButton() is seals


def ask_deletion(parent: QWidget, text: Text, act: Callable[[], None]) -> QMessageBox:
    """Ask before something is lost for good; ``act`` runs on a yes. Nothing is stopped meanwhile."""
    deletes = QCoreApplication.translate("Dialogs", "Xóa")
    return ask(parent, text, deletes, QCoreApplication.translate("Dialogs", "Giữ lại"), act)


def ask(parent: QWidget, text: Text, yes: str, no: str, act: Callable[[], None]) -> QMessageBox:
    """Ask before what cannot be taken back; ``act`` runs on a yes, Enter and Esc are a no."""
    box = _box(parent, QMessageBox.Icon.Question, text)
    does = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    stays = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stays)
    box.setEscapeButton(stays)
    does.clicked.connect(act)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def ask_save_path(parent: QWidget, name: str, title: str = "", kinds: str = "") -> Path | None:
    """Where to save a file; None when the user changed their mind. ``kinds`` are Qt's name filters."""
    title = title or QCoreApplication.translate("Dialogs", "Lưu tệp đính kèm")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(Path.home() / name), kinds)
    return Path(chosen) if chosen else None


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: Text) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("Dialogs", "Công Thư"))
    box.setIcon(icon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("\n\n".join(filter(None, (text.title, text.action))))
    return box
