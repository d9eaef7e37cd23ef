"""What the signature does to a document, and what is rarely changed: profile and time-stamp authority."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from client.model.signing import SigningRole
from client.model.verdict import Profile
from client.ui.signing_task import DocumentChoice
from client.ui.signing_words import profile_name, role_effect, role_name
from client.ui.widgets import plain_label

_ROLES = (
    SigningRole.APPROVE,
    SigningRole.ISSUE,
    SigningRole.ANNEX,
    SigningRole.COPY,
    SigningRole.COPY_RECORD,
    SigningRole.EXTRACT,
)
_SETTLE_MS = 300


def fill_roles(box: QComboBox) -> None:
    """Offer every act in ``box``; the data is the `SigningRole`'s value, ``""`` for none."""
    for role in _ROLES:
        box.addItem(role_name(role), role.value)
    box.addItem(role_name(None), "")


def chosen_role(box: QComboBox) -> SigningRole | None:
    """The act chosen in a box filled by `fill_roles`."""
    value = box.currentData()
    return SigningRole(value) if value else None


class RoleForm(QWidget):
    """The act, and the words that its line of text needs."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = DocumentChoice()
        self.role = QComboBox(self)
        self.role.setAccessibleName(self.tr("Ký tệp này để"))
        fill_roles(self.role)
        self.effect = plain_label(self, wrap=True)
        self.effect.setObjectName("muted")
        self.number = QLineEdit(self)
        self.number.setPlaceholderText(self.tr("Ví dụ: 1245/QĐ-SNV"))
        self.office = QLineEdit(self)
        self.number_label = QLabel(self.tr("Số, ký hiệu"), self)
        self.number_label.setToolTip(self.tr("Số, ký hiệu của văn bản chính"))
        self.number.setAccessibleName(self.number_label.toolTip())
        self.office_label = QLabel(self.tr("Cơ quan sao"), self)
        self.office.setAccessibleName(self.office_label.text())
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Ký tệp này để"), self.role)
        form.addRow(self.number_label, self.number)
        form.addRow(self.office_label, self.office)
        form.addRow(self.effect)
        self.role.currentIndexChanged.connect(lambda _: self._on_change())
        # A page is drawn anew for each change: only once the typing rests.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_change)
        for field in (self.number, self.office):
            field.textEdited.connect(lambda _: self._settle.start())
            field.editingFinished.connect(self._on_change)
        self.show_choice(self._choice)

    def show_choice(self, choice: DocumentChoice) -> None:
        """Show what was chosen for a document."""
        self._choice = choice
        for widget in (self.role, self.number, self.office):
            widget.blockSignals(True)
        self.role.setCurrentIndex(self.role.findData(choice.role.value if choice.role else ""))
        self.number.setText(choice.number)
        self.office.setText(choice.office)
        for widget in (self.role, self.number, self.office):
            widget.blockSignals(False)
        self._refresh()

    def choice(self) -> DocumentChoice:
        """What is chosen now; another act is looked up on the page anew."""
        role = chosen_role(self.role)
        number, office = self.number.text().strip(), self.office.text().strip()
        same = role is self._choice.role
        place = self._choice.placement if same else None
        return replace(self._choice, role=role, number=number, office=office, placement=place)

    def _on_change(self) -> None:
        choice = self.choice()
        if choice != self._choice:
            self._choice = choice
            self._refresh()
            self.changed.emit()

    def _refresh(self) -> None:
        role = chosen_role(self.role)
        for widget in (self.number_label, self.number):
            widget.setVisible(role is not None and role.names_number)
        for widget in (self.office_label, self.office):
            widget.setVisible(role is not None and role.names_office)
        missing = {
            "number": self.tr("Nhập số, ký hiệu của văn bản chính để ký được."),
            "office": self.tr("Nhập tên cơ quan sao để ký được."),
        }
        self.effect.setText(missing.get(self.choice().lacks) or role_effect(role))


class AdvancedBox(QWidget):
    """Profile and time-stamp authority, folded away until asked for."""

    def __init__(
        self, tsa_urls: tuple[str, ...], profile: Profile = Profile.B_T, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.toggle = QToolButton(self)
        self.toggle.setObjectName("link")
        self.toggle.setText(self.tr("Nâng cao"))
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setArrowType(Qt.ArrowType.RightArrow)
        self.profiles = QComboBox(self)
        self.profiles.setAccessibleName(self.tr("Mức chữ ký số"))
        for one in Profile:
            self.profiles.addItem(profile_name(one), one.value)
        self.profiles.setCurrentIndex(self.profiles.findData(profile.value))
        self.tsa = QComboBox(self)
        self.tsa.setAccessibleName(self.tr("Nơi cấp dấu thời gian"))
        self.tsa.addItem(self.tr("Theo cài đặt, lần lượt từng nơi"), "")
        for url in tsa_urls:
            self.tsa.addItem(url, url)
        self.profiles.currentIndexChanged.connect(lambda _: self._refresh())
        self._body = QWidget(self)
        form = QFormLayout(self._body)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Mức chữ ký số"), self.profiles)
        form.addRow(self.tr("Dấu thời gian"), self.tsa)
        self._body.hide()
        self.toggle.toggled.connect(self._unfold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.toggle)
        layout.addWidget(self._body)

    def profile(self) -> Profile:
        """The level chosen."""
        return Profile(self.profiles.currentData())

    def tsa_urls(self) -> tuple[str, ...]:
        """The one authority chosen; empty for those of the settings."""
        chosen = str(self.tsa.currentData() or "")
        return (chosen,) if chosen else ()

    def _unfold(self, on: bool) -> None:
        self._body.setVisible(on)
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)

    def _refresh(self) -> None:
        self.tsa.setEnabled(self.profile() is not Profile.B_B)
