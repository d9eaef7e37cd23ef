"""The signing step: what is done to which document, how it will look, with whose key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Account
from client.model.finding import Severity
from client.model.secret import Secret
from client.model.token import KeyChoice
from client.model.verdict import Profile, SignerInfo
from client.services.desk import MailDesk
from client.services.requests import KeyUse
from client.services.signing_desk import SigningImages, SignOrder
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.first_look import FirstLook
from client.ui.key_picker import KeyPicker
from client.ui.notice_bar import NoticeBar
from client.ui.page_preview import PagePreview
from client.ui.pin_prompt import PinPrompt
from client.ui.signing_options import AdvancedBox, RoleForm
from client.ui.signing_task import (
    SigningChoice,
    SigningTask,
    can_be_shown,
    first_choice,
    usual_key,
)
from client.ui.signing_words import mismatch, owner_text, role_name
from client.ui.texts import Texts
from client.ui.widgets import heading_label, open_at, plain_label, pretty_scroll


class SigningDialog(QDialog):
    """Opens the key before anything is signed.

    Where the signer is not known before the key is open (a key file used for the first time), a second,
    deliberate press signs.
    """

    confirmed = Signal(object)
    """A `SigningChoice`; the dialog keeps nothing of it."""

    def __init__(
        self, desk: MailDesk, texts: Texts, task: SigningTask, account: Account, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._task, self._account = desk, texts, task, account
        self._bridge = Bridge(self)
        self._images: SigningImages = desk.signing().images(account.account_id)
        self._secret: Secret | None = None
        self._owner: SignerInfo | None = None
        self._asked = 0
        office = account.identity.unit
        self._choices = {one.name: first_choice(one, office) for one in task.documents}
        self._shown = ""
        first = task.documents[0].role if task.documents else None
        self.setWindowTitle(self.tr("Ký số"))
        self.documents = QListWidget(self)
        self.roles = RoleForm(self)
        self.preview = PagePreview(desk, texts, self)
        self.look = FirstLook(desk, texts, self)
        self.notice = NoticeBar(self)
        self.advice = NoticeBar(self)
        self._choice: KeyChoice | None = None
        self._keys_found = False
        self.keys = KeyPicker(desk, texts, usual_key(account, first), self)
        self.pin = PinPrompt(texts, self)
        self.owner = plain_label(self, wrap=True)
        self.owner.hide()
        self.advanced = AdvancedBox(desk.signing().time_stampers(), parent=self)
        self.go_on = QPushButton(self)
        self._lay_out()
        self._connect()
        self._fill_documents()
        self._on_key()

    def set_key_file(self, path: Path) -> None:
        """Use a PKCS#12 file this time."""
        self.keys.add_file(path)
        self.pin.take_focus()

    def show_error(self, error: BaseException) -> None:
        """Say why the key or the signing was refused, and wait for another try."""
        words = self._texts.error(error)
        self._forget()
        self.notice.show_notice(Severity.BLOCK, words.title, words.action)
        self.pin.set_busy(False)
        # A wrong PIN changes what the token says of itself: read its flags again before asking again.
        self.keys.refresh()
        self._refresh()
        self.pin.take_focus()

    def done(self, result: int) -> None:
        """Leave nothing behind, whichever way the dialog ends."""
        self._forget()
        self.pin.clear()
        super().done(result)

    # What is signed --------------------------------------------------------------------------

    def _fill_documents(self) -> None:
        for one in self._task.documents:
            self.documents.addItem(one.name)
        if self._task.message:
            self.documents.addItem(self.tr("Toàn bộ thư (S/MIME)"))
        self._retitle()
        lines = self.documents.sizeHintForRow(0) * min(self.documents.count(), 4)
        self.documents.setFixedHeight(max(lines, 24) + 8)
        self.documents.setCurrentRow(0)

    def _retitle(self) -> None:
        for row, one in enumerate(self._task.documents):
            act = role_name(self._choices[one.name].role) if one.pdf else self.tr("Chữ ký rời (.p7s)")
            item = self.documents.item(row)
            item.setText(f"{one.name}  –  {act}")

    def _on_document(self, row: int) -> None:
        self._keep_shown()
        document = self._task.documents[row] if 0 <= row < len(self._task.documents) else None
        has_page = document is not None and document.pdf
        self.roles.setVisible(has_page)
        self._shown = document.name if document is not None and has_page else ""
        if document is None or not has_page:
            self.preview.show_document(None, None)
            what = self.tr("Chữ ký của tệp này nằm trong một tệp .p7s gửi kèm, trên trang không thấy gì.")
            whole = self.tr("Chữ ký bao trùm toàn bộ thư và tệp đính kèm.")
            self.preview.canvas.say(what if document is not None else whole)
            self._advise()
            return
        self.roles.show_choice(self._choices[document.name])
        self._show_preview()

    def _show_preview(self) -> None:
        document = next(one for one in self._task.documents if one.name == self._shown)
        choice = self._choices[self._shown]
        look = choice.appearance(self._images)
        self.preview.show_document(document.content, look, choice.password)
        self.look.ask(document.name, document.content, SignOrder(appearance=look))
        self._advise()

    def _missing_image(self) -> str:
        """Which image is not there for the document on show; "" where none is missing."""
        role = self._choices[self._shown].role if self._shown else None
        if role is None or can_be_shown(role, self._images):
            return ""
        return self.tr("Chưa có ảnh con dấu.") if role.uses_seal else self.tr("Chưa có ảnh chữ ký.")

    def _on_role(self) -> None:
        if not self._shown:
            return
        self._choices[self._shown] = self.roles.choice()
        self._retitle()
        self._show_preview()
        self._refresh()

    def _keep_shown(self) -> None:
        """Note where the stamp was put and what opened the document before another one is shown."""
        if self._shown:
            self._choices[self._shown] = replace(
                self._choices[self._shown],
                placement=self.preview.placement(),
                password=self.preview.document_password(),
            )

    # The key ---------------------------------------------------------------------------------

    def _on_key(self) -> None:
        chosen = self.keys.choice()
        if chosen is None or chosen != self._choice:
            self._forget()
            if self._choice is not None and (chosen is None or chosen.key != self._choice.key):
                self.notice.clear()
            self._choice = chosen
            self.pin.show_key(chosen)
            if chosen is not None and chosen.signer is not None:
                self.preview.set_signer(chosen.signer.name)
            if not self._keys_found and chosen is not None:
                self._keys_found = True
                self.pin.take_focus()
        self._advise()
        self._refresh()

    def _advise(self) -> None:
        """An act of the office wants the office's key; whether it is permitted the service decides."""
        chosen = self.keys.choice()
        roles = {one.role for one in self._choices.values() if one.role is not None}
        refused = self.look.refusal()
        if refused is not None:
            name, why = refused
            self.advice.show_notice(Severity.BLOCK, f"{name}: {why.title}", why.action)
            return
        what, more = mismatch(roles, chosen.signer if chosen is not None else None)
        if what:
            self.advice.show_notice(Severity.WARN, what, more)
        elif missing := self._missing_image():
            more = self.tr(
                "Tệp vẫn được ký số nhưng trên trang không thấy gì. Thêm ảnh ở “Chứng thư số của tôi”."
            )
            self.advice.show_notice(Severity.INFO, missing, more)
        else:
            self.advice.clear()

    def _refresh(self) -> None:
        waiting = self._secret is not None and self._owner is None
        opened = self._owner is not None
        choice = self.keys.choice()
        known = choice is not None and choice.signer is not None
        finish = self.tr("Ký và gửi") if self._task.sends else self.tr("Ký")
        if waiting:
            self.go_on.setText(self.tr("Đang mở…"))
        else:
            self.go_on.setText(finish if opened or known else self.tr("Mở chứng thư số"))
        self.go_on.setEnabled(not waiting and (opened or self.pin.ready) and not self._barred())
        self.keys.setEnabled(not waiting)

    def _barred(self) -> bool:
        unsaid = any(one.lacks for one in self._choices.values())
        return unsaid or self.preview.needs_password or self.look.refusal() is not None

    def _on_typed(self) -> None:
        if self.pin.field.text():
            self._forget()
            self.notice.clear()
        self._refresh()

    def _on_go_on(self) -> None:
        choice = self.keys.choice()
        if choice is None or not self.go_on.isEnabled():
            return
        if self._owner is not None and self._secret is not None:
            self._confirm(choice, self._secret)
            return
        self._secret = self.pin.take()
        self.notice.clear()
        self._asked += 1
        asked = self._asked
        self.pin.set_busy(True)
        self._refresh()
        self._bridge.watch(
            self._desk.signing().hold_key(KeyUse(choice.key, self._secret), self._order()),
            lambda info: self._on_opened(choice, info) if asked == self._asked else None,
            lambda error: self.show_error(error) if asked == self._asked else None,
        )

    def _order(self) -> SignOrder:
        """One act of those asked for: what is forbidden to this key is said before its PIN is tried."""
        looks = (one.appearance(self._images) for one in self._choices.values())
        first = next((look for look in looks if look is not None), None)
        return SignOrder(Profile.B_B, appearance=first, user=self._account.identity.address.addr_spec)

    def _on_opened(self, choice: KeyChoice, info: SignerInfo) -> None:
        secret = self._secret
        self.pin.set_busy(False)
        if secret is None:
            return
        if choice.signer is not None and choice.signer.serial == info.serial:
            self._confirm(choice, secret)
            return
        self._owner = info
        self.owner.setText(owner_text(info, self._texts))
        self.owner.show()
        self.pin.hide()
        self._refresh()
        self.go_on.setFocus()

    def _confirm(self, choice: KeyChoice, secret: Secret) -> None:
        self._keep_shown()
        seen = {name: one.appearance(self._images) for name, one in self._choices.items()}
        answer = SigningChoice(
            choice.key,
            secret,
            self.advanced.profile(),
            self.advanced.tsa_urls(),
            tuple((name, one) for name, one in seen.items() if one is not None),
            tuple((name, one.password) for name, one in self._choices.items() if one.password is not None),
        )
        self.accept()
        self.confirmed.emit(answer)

    def _forget(self) -> None:
        self._secret = None
        self._owner = None
        self._asked += 1
        self.owner.hide()
        self.pin.show()

    # Layout ----------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.documents.currentRowChanged.connect(self._on_document)
        self.roles.changed.connect(self._on_role)
        self.preview.changed.connect(self._refresh)
        self.look.changed.connect(self._on_key)
        self.keys.changed.connect(self._on_key)
        self.pin.changed.connect(self._on_typed)
        self.pin.field.returnPressed.connect(self._on_go_on)
        self.go_on.clicked.connect(self._on_go_on)

    def _lay_out(self) -> None:
        self.documents.setStyleSheet(theme.CARD_LIST)
        self.documents.setAccessibleName(self.tr("Sẽ ký số"))
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(heading_label(self.tr("Sẽ ký số")))
        column.addWidget(self.documents)
        column.addWidget(self.roles)
        column.addWidget(heading_label(self.tr("Bằng chứng thư số")))
        column.addWidget(self.keys)
        column.addWidget(self.pin)
        column.addWidget(self.owner)
        column.addWidget(self.advanced)
        column.addStretch(1)
        scroll = pretty_scroll(side, self)
        scroll.setMinimumWidth(400)
        split = QHBoxLayout()
        split.addWidget(self.preview, 1)
        split.addWidget(scroll, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addWidget(self.advice)
        layout.addLayout(split, 1)
        layout.addWidget(self._buttons())
        has_pages = any(one.pdf for one in self._task.documents)
        self.preview.setVisible(has_pages)
        open_at(self, 960 if has_pages else 520, 700 if has_pages else 460)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        buttons.addButton(self.go_on, QDialogButtonBox.ButtonRole.ActionRole)
        self.go_on.setDefault(True)
        cancel = buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        return buttons
