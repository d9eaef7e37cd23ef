"""The "Căn cứ" page: the policy in use, and for each rule what it rests on and how far that was checked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from client.config.basis import RuleBasis, rule_bases
from client.config.policy import Policy
from client.config.policy_layers import Layer
from client.model.finding import Severity
from client.ui import theme
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_RULE, _WEIGHT, _CHECKED, _LAYER = range(4)
_WIDTHS = (330, 120, 150)


class BasisView(QWidget):
    """Facts about the policy above, the rules below, the chosen one in full under them."""

    def __init__(self, policy: Policy, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._policy, self._texts = policy, texts
        found = texts.policy_found
        origins = found.stack.origins if found is not None else {}
        self._rules = {one.code: one for one in rule_bases(policy, origins, texts.language)}
        self.banner = NoticeBar(self)
        quotes_none = self.tr("Chương trình không trích điều khoản nào của Quyết định này.")
        no_opinion = self.tr("Đây không phải ý kiến pháp lý.")
        self.banner.show_notice(Severity.WARN, policy.standing, f"{quotes_none} {no_opinion}")
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Tìm quy tắc hoặc căn cứ; không cần gõ dấu"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = self._tree()
        self.detail = QPlainTextEdit(self)
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(self.tr("Căn cứ của quy tắc"))
        self.tree.currentItemChanged.connect(lambda item, _: self._show(item))
        self._lay_out()
        self._filter("")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.banner)
        column.addLayout(self._facts())
        column.addWidget(self.search)
        halves = QSplitter(Qt.Orientation.Vertical, self)
        halves.addWidget(self.tree)
        halves.addWidget(self.detail)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        column.addWidget(halves, 1)

    def _facts(self) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(2)
        for name, value in (
            (self.tr("Bộ quy tắc"), f"{self._policy.id} {self._policy.version}"),
            (self.tr("Nơi ban hành"), self._policy.issued_by),
            (self.tr("Áp dụng"), self._days()),
            (self.tr("Chữ ký số"), self._signature()),
            (self.tr("Các lớp"), self._layers()),
            (self.tr("Bảng đã đổi"), self._tables()),
        ):
            if not value:
                continue
            label = plain_label(self, value, wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(f"{name}:", label)
        return form

    def _days(self) -> str:
        policy = self._policy
        since = self.tr("từ {day}").format(day=f"{policy.valid_from:%d/%m/%Y}")
        if policy.valid_until is not None:
            until = self.tr("đến {day}").format(day=f"{policy.valid_until:%d/%m/%Y}")
            since = f"{since} {until}"
        checked = self.tr("rà soát căn cứ ngày {day}").format(day=f"{policy.checked_on:%d/%m/%Y}")
        return f"{since}; {checked}"

    def _signature(self) -> str:
        found = self._texts.policy_found
        signature = found.signature if found is not None else None
        if signature is None:
            return self.tr("không có: đang dùng bản gốc kèm theo chương trình, không phải bản của Thành phố")
        day = f"{signature.signed_at:%d/%m/%Y}" if signature.signed_at else "?"
        return self.tr("đúng, của {signer}, ngày {day}").format(signer=signature.shown, day=day)

    def _layers(self) -> str:
        found = self._texts.policy_found
        names = [self._layer(Layer.BUILTIN)]
        for head in found.stack.heads if found is not None else ():
            names.append(f"{self._layer(head.layer)} ({head.policy_id} {head.version})")
        return " → ".join(names)

    def _tables(self) -> str:
        """Entries beside the rules that do not come from the shipped policy."""
        found = self._texts.policy_found
        origins = found.stack.origins if found is not None else {}
        others = (
            f"{key} ({self._layer(one)})" for key, one in origins.items() if not key.startswith("rules.")
        )
        return ", ".join(others)

    def _layer(self, layer: Layer) -> str:
        return self._texts.text("layer", layer.value).title

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAccessibleName(self.tr("Các quy tắc và căn cứ"))
        tree.setHeaderLabels([self.tr("Quy tắc"), self.tr("Mức"), self.tr("Đã đối chiếu"), self.tr("Lớp")])
        for rule in self._rules.values():
            told = [rule.message, self._weight(rule), self._checked(rule), self._layer(rule.layer)]
            row = QTreeWidgetItem(tree, told)
            row.setData(_RULE, Qt.ItemDataRole.UserRole, rule.code)
            row.setToolTip(_RULE, rule.code)
            ink, _, icon = theme.severity_style(Severity[rule.severity.upper()])
            row.setIcon(_WEIGHT, theme.icon(icon, ink))
        for column, width in enumerate(_WIDTHS):
            tree.setColumnWidth(column, width)
        return tree

    def _weight(self, rule: RuleBasis) -> str:
        if not rule.enabled:
            return self.tr("đang tắt")
        return self._texts.text("severity", rule.severity).title

    def _checked(self, rule: RuleBasis) -> str:
        return self._texts.text("reading", rule.reading).title

    def _filter(self, words: str) -> None:
        first: QTreeWidgetItem | None = None
        for number in range(self.tree.topLevelItemCount()):
            row = self.tree.topLevelItem(number)
            if row is None:
                continue
            shown = self._rule_of(row).speaks_of(words)
            row.setHidden(not shown)
            first = first or (row if shown else None)
        current = self.tree.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self.tree.setCurrentItem(first)
        if first is None:
            self._show(None)
            return
        self._show(self.tree.currentItem())

    def _rule_of(self, row: QTreeWidgetItem) -> RuleBasis:
        return self._rules[row.data(_RULE, Qt.ItemDataRole.UserRole)]

    def _show(self, row: QTreeWidgetItem | None) -> None:
        if row is None:
            self.detail.setPlainText(self.tr("Không có quy tắc nào khớp."))
            return
        rule = self._rule_of(row)
        heading = self.tr("Căn cứ")
        lines = [rule.message, f"[{rule.code}]", "", f"{heading}: {rule.basis}"]
        for source in rule.sources:
            lines.append(f"• {source.text} – {self._texts.text('reading', source.reading).title}")
        lines += [""] if rule.origins else []
        for entry, layer in rule.origins:
            lines.append(f"{entry}: {self._layer(layer)}")
        self.detail.setPlainText("\n".join(lines))
