"""The window speaks one language, Qt's own menus and dialogs included."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from client.config.paths import resources_dir
from client.ui.translations import Translations


def words(menu_of: QLineEdit | QPlainTextEdit) -> set[str]:
    menu = menu_of.createStandardContextMenu()
    return {one.text().split("\t")[0].replace("&", "") for one in menu.actions() if one.text()}


def silence(qapp: QApplication, spoken: Translations) -> None:
    if spoken._installed is not None:
        qapp.removeTranslator(spoken._installed)


def test_the_menu_of_a_text_field_is_vietnamese_and_english_again(qapp: QApplication, qtbot: QtBot) -> None:
    line, text = QLineEdit(), QPlainTextEdit()
    qtbot.addWidget(line)
    qtbot.addWidget(text)
    for left_by_another_window in qapp.findChildren(QTranslator):
        qapp.removeTranslator(left_by_another_window)
    spoken = Translations(qapp, resources_dir())
    try:
        assert spoken.use("vi")
        wanted = {"Hoàn tác", "Làm lại", "Cắt", "Sao chép", "Dán", "Xóa", "Chọn tất cả"}
        assert wanted <= words(line)
        assert wanted <= words(text)
        assert spoken.use("en")
        assert {"Undo", "Cut", "Paste"} <= words(line)
    finally:
        silence(qapp, spoken)


def test_the_file_dialog_without_a_desktop_is_vietnamese(qapp: QApplication, qtbot: QtBot) -> None:
    spoken = Translations(qapp, resources_dir())
    try:
        assert spoken.use("vi")
        dialog = QFileDialog()
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        qtbot.addWidget(dialog)
        labels = {one.text().replace("&", "") for one in dialog.findChildren(QLabel)}
        assert {"Tìm trong:", "Tên tệp:", "Loại tệp:"} <= labels
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Hủy"
    finally:
        silence(qapp, spoken)


def test_the_print_preview_is_vietnamese(qapp: QApplication, qtbot: QtBot) -> None:
    spoken = Translations(qapp, resources_dir())
    try:
        assert spoken.use("vi")
        preview = QPrintPreviewDialog()
        qtbot.addWidget(preview)
        named = {action.text() for action in preview.findChildren(QAction)}
        assert {"In", "Phóng to", "Trang sau", "Vừa cả trang"} <= named
        assert not named & {"Print", "Zoom in", "Next page"}
    finally:
        silence(qapp, spoken)
