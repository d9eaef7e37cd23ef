"""Chứng thư số của tôi: an account's keys and images, and the drivers that find tokens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from client.errors import ClientError
from client.model.account import Account, KeyRef
from client.model.finding import Severity
from client.model.verdict import SignerKind
from client.services.desk import MailDesk
from client.services.signing_desk import SigningImages
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.driver_list import DriverList
from client.ui.key_picker import KeyPicker
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts
from client.ui.widgets import heading_label, open_at, plain_label


class KeySettings(QDialog):
    """Every change is kept at once; there is nothing to apply."""

    def __init__(
        self, desk: MailDesk, texts: Texts, account_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._bridge = Bridge(self)
        self.setWindowTitle(self.tr("Chứng thư số của tôi"))
        self.notice = NoticeBar(self)
        self.accounts = QComboBox(self)
        self.accounts.setAccessibleName(self.tr("Tài khoản"))
        for one in desk.accounts():
            self.accounts.addItem(texts.account(one), one.account_id)
        self.accounts.setCurrentIndex(max(0, self.accounts.findData(account_id)))
        self.keys = KeyPicker(desk, texts, None, self)
        self.personal_button = QPushButton(self.tr("Dùng làm chứng thư số cá nhân"), self)
        self.seal_button = QPushButton(self.tr("Dùng làm chứng thư số cơ quan"), self)
        self.personal, self.seal = plain_label(self, wrap=True), plain_label(self, wrap=True)
        self.drop_personal = QPushButton(self.tr("Bỏ"), self)
        self.drop_seal = QPushButton(self.tr("Bỏ"), self)
        self.hand = ImageRow(self.tr("Ảnh chữ ký"), self)
        self.stamp = ImageRow(self.tr("Ảnh con dấu"), self)
        self.drivers = DriverList(desk, texts, self)
        self._lay_out()
        self._connect()
        self._show_account()
        open_at(self, 680, 520)

    def account(self) -> Account | None:
        """The account whose keys are shown."""
        chosen = self.accounts.currentData()
        return next((one for one in self._desk.accounts() if one.account_id == chosen), None)

    def _show_account(self) -> None:
        account = self.account()
        keys = (None, None) if account is None else (account.personal_key, account.seal_key)
        for key, label, drop in zip(
            keys, (self.personal, self.seal), (self.drop_personal, self.drop_seal), strict=True
        ):
            label.setText(self._key_text(key))
            drop.setEnabled(key is not None)
        images = SigningImages() if account is None else self._desk.signing().images(account.account_id)
        self._show_images(images)
        self._allow()

    def _key_text(self, key: KeyRef | None) -> str:
        if key is None:
            return self.tr("chưa có")
        for choice in self.keys.choices():
            if choice.key == key and choice.signer is not None:
                day = self._texts.when(choice.signer.not_after)[:10]
                return self.tr("{name}, hết hạn {day}").format(name=choice.signer.name, day=day)
        if key.scheme == "p12":
            return Path(key.location).name
        return self.tr("thiết bị ký (chưa cắm)")

    def _show_images(self, images: SigningImages) -> None:
        self.hand.show_image(images.hand)
        self.stamp.show_image(images.seal)

    def _allow(self) -> None:
        choice = self.keys.choice()
        chosen = choice is not None and self.account() is not None
        kind = choice.signer.kind if choice is not None and choice.signer is not None else None
        self.personal_button.setEnabled(chosen and kind is not SignerKind.SEAL)
        self.seal_button.setEnabled(chosen and kind is not SignerKind.PERSONAL)

    def _use_key(self, *, seal: bool) -> None:
        choice = self.keys.choice()
        if choice is not None:
            self._set_key(choice.key, seal=seal)

    def _set_key(self, key: KeyRef | None, *, seal: bool) -> None:
        account = self.account()
        if account is None:
            return
        try:
            self._desk.signing().set_key(account.account_id, key, seal=seal)
        except ClientError as error:
            self._complain(error)
            return
        self.notice.show_notice(Severity.INFO, self.tr("Đã lưu."))
        self._show_account()

    def _choose_image(self, *, seal: bool) -> None:
        dialog = QFileDialog(self, self.tr("Chọn ảnh PNG nền trong suốt"))
        dialog.setNameFilter("PNG (*.png)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.set_image(Path(name), seal=seal))
        dialog.open()

    def set_image(self, path: Path | None, *, seal: bool) -> None:
        """Keep a copy of this image for the account, or none."""
        account = self.account()
        if account is None:
            return
        self.notice.clear()
        future = self._desk.signing().set_image(account.account_id, path, seal=seal)
        self._bridge.watch(future, self._on_image, self._complain)

    def _on_image(self, images: SigningImages) -> None:
        self._show_images(images)
        self.notice.show_notice(Severity.INFO, self.tr("Đã lưu."))

    def _complain(self, error: BaseException) -> None:
        words = self._texts.error(error)
        self.notice.show_notice(Severity.BLOCK, words.title, words.action)

    def _connect(self) -> None:
        self.accounts.currentIndexChanged.connect(lambda _: self._show_account())
        self.keys.changed.connect(self._show_account)
        self.personal_button.clicked.connect(lambda: self._use_key(seal=False))
        self.seal_button.clicked.connect(lambda: self._use_key(seal=True))
        self.drop_personal.clicked.connect(lambda: self._set_key(None, seal=False))
        self.drop_seal.clicked.connect(lambda: self._set_key(None, seal=True))
        for row, seal in ((self.hand, False), (self.stamp, True)):
            row.choose.clicked.connect(lambda _=False, seal=seal: self._choose_image(seal=seal))
            row.drop.clicked.connect(lambda _=False, seal=seal: self.set_image(None, seal=seal))
        self.drivers.failed.connect(self._complain)
        self.drivers.changed.connect(self.keys.refresh)
        self.finished.connect(self.deleteLater)

    def _lay_out(self) -> None:
        tabs = QTabWidget(self)
        tabs.addTab(self._key_page(), self.tr("Chứng thư số"))
        tabs.addTab(self._image_page(), self.tr("Ảnh chữ ký, con dấu"))
        tabs.addTab(self.drivers, self.tr("Thiết bị ký"))
        head = QHBoxLayout()
        head.addWidget(QLabel(self.tr("Tài khoản")))
        head.addWidget(self.accounts, 1)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Đóng"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(tabs, 1)
        layout.addWidget(buttons)
        for button in self.findChildren(QPushButton):
            if button is not close:
                button.setAutoDefault(False)

    def _key_page(self) -> QWidget:
        page = QWidget(self)
        now = QGridLayout()
        rows = (
            (self.tr("Cá nhân"), self.personal, self.drop_personal, self.tr("Bỏ chứng thư số cá nhân")),
            (self.tr("Cơ quan"), self.seal, self.drop_seal, self.tr("Bỏ chứng thư số cơ quan")),
        )
        for row, (name, label, drop, spoken) in enumerate(rows):
            now.addWidget(QLabel(name), row, 0)
            now.addWidget(label, row, 1)
            now.addWidget(drop, row, 2)
            drop.setAccessibleName(spoken)
        now.setColumnStretch(1, 1)
        use = QHBoxLayout()
        use.addWidget(self.personal_button)
        use.addWidget(self.seal_button)
        use.addStretch(1)
        layout = QVBoxLayout(page)
        layout.addWidget(heading_label(self.tr("Tài khoản này ký bằng")))
        layout.addLayout(now)
        layout.addSpacing(8)
        layout.addWidget(heading_label(self.tr("Chứng thư số tìm thấy")))
        layout.addWidget(self.keys)
        layout.addLayout(use)
        layout.addStretch(1)
        return page

    def _image_page(self) -> QWidget:
        page = QWidget(self)
        note = self.tr(
            "Ảnh PNG nền trong suốt: chữ ký màu xanh, con dấu màu đỏ và đúng kích thước. "
            "Ảnh được chép vào thư mục dữ liệu của chương trình trên máy này."
        )
        layout = QVBoxLayout(page)
        layout.addWidget(plain_label(page, note, wrap=True))
        layout.addWidget(self.hand)
        layout.addWidget(self.stamp)
        layout.addStretch(1)
        return page


class ImageRow(QWidget):
    """An image, and how to change it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.picture = QLabel(self)
        self.picture.setFixedSize(180, 96)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setStyleSheet(f"background: white; border: 1px solid {theme.LINE};")
        self.choose = QPushButton(self.tr("Chọn ảnh…"), self)
        self.drop = QPushButton(self.tr("Bỏ ảnh"), self)
        self.choose.setAccessibleName(f"{name}: {self.choose.text()}")
        self.drop.setAccessibleName(f"{name}: {self.drop.text()}")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 4)
        label = QLabel(name, self)
        label.setMinimumWidth(130)
        for widget in (label, self.picture, self.choose, self.drop):
            line.addWidget(widget)
        line.addStretch(1)

    def show_image(self, png: bytes) -> None:
        """Show this image, or that there is none."""
        picture = QPixmap()
        known = bool(png) and picture.loadFromData(png)
        self.drop.setEnabled(bool(png))
        if known:
            self.picture.setPixmap(
                picture.scaled(
                    self.picture.size() * 0.9,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        else:
            self.picture.clear()
            self.picture.setText(self.tr("chưa có ảnh"))
        self.picture.setAccessibleName(f"{self._name}: {self.picture.text()}")
