"""The words of signing: what is done to a document, whose key it is, what a token says of its PIN."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from client.model.finding import Severity
from client.model.signing import SigningRole
from client.model.token import KeyChoice, PinState
from client.model.verdict import Profile, SignerInfo, SignerKind
from client.ui.texts import Texts

_SERIAL_END = 6
"""Hex digits of a serial number that tell two certificates of one person apart."""


@dataclass(frozen=True, slots=True)
class PinAsk:
    """What is said before a PIN or password is asked for."""

    allowed: bool
    """Whether there is anything to be done with the key now."""
    field: bool
    """Whether there is a field to type in."""
    label: str = ""
    notice: str = ""
    action: str = ""
    severity: Severity = Severity.WARN


def role_name(role: SigningRole | None) -> str:
    """What is done to the document, in a few words."""
    return {
        SigningRole.APPROVE: QCoreApplication.translate("Signing", "Ký phê duyệt"),
        SigningRole.ISSUE: QCoreApplication.translate("Signing", "Phát hành (đóng dấu cơ quan)"),
        SigningRole.ANNEX: QCoreApplication.translate("Signing", "Ký phụ lục"),
        SigningRole.COPY: QCoreApplication.translate("Signing", "Sao y"),
        SigningRole.COPY_RECORD: QCoreApplication.translate("Signing", "Sao lục"),
        SigningRole.EXTRACT: QCoreApplication.translate("Signing", "Trích sao"),
        None: QCoreApplication.translate("Signing", "Ký không hiện hình"),
    }[role]


def role_effect(role: SigningRole | None) -> str:
    """What will be seen of it on the page."""
    if role is SigningRole.APPROVE:
        return QCoreApplication.translate(
            "Signing", "Hình chữ ký màu xanh nằm giữa chức vụ và họ tên người ký."
        )
    if role is SigningRole.ISSUE:
        return QCoreApplication.translate(
            "Signing", "Dấu đỏ của cơ quan trùm lên khoảng một phần ba chữ ký, về bên trái."
        )
    if role is SigningRole.ANNEX:
        return QCoreApplication.translate(
            "Signing",
            "Một dòng chữ ở góc trên bên phải trang đầu: số, ký hiệu văn bản chính và thời gian ký.",
        )
    if role is None:
        return QCoreApplication.translate("Signing", "Tệp có chữ ký số, trên trang không thấy gì.")
    return QCoreApplication.translate(
        "Signing", "Một dòng chữ ở góc trên bên phải trang đầu: hình thức sao, cơ quan sao và thời gian ký."
    )


def profile_name(profile: Profile) -> str:
    """A signature level and what it gives."""
    return {
        Profile.B_B: QCoreApplication.translate("Signing", "B-B: không có dấu thời gian"),
        Profile.B_T: QCoreApplication.translate("Signing", "B-T: có dấu thời gian (mặc định)"),
        Profile.B_LT: QCoreApplication.translate("Signing", "B-LT (PDF): kèm dữ liệu kiểm tra lâu dài"),
        Profile.B_LTA: QCoreApplication.translate("Signing", "B-LTA (PDF): lưu trữ lâu dài"),
    }[profile]


def key_place(choice: KeyChoice) -> str:
    """Where the key lives: the token's label, or the file's name."""
    if choice.token is not None:
        label = choice.token.label.strip() or choice.token.serial
        return QCoreApplication.translate("Signing", "thiết bị {label}").format(label=label)
    if choice.key.scheme != "p12":
        return QCoreApplication.translate("Signing", "thiết bị ký chưa cắm")
    name = Path(choice.key.location).name
    return QCoreApplication.translate("Signing", "tệp {name}").format(name=name)


def key_lines(choice: KeyChoice, texts: Texts) -> tuple[str, str]:
    """Two lines that tell keys apart: who and where; kind, organisation, serial, expiry."""
    signer, place = choice.signer, key_place(choice)
    if signer is None and choice.key.scheme != "p12":
        return place[:1].upper() + place[1:], ""
    if signer is None:
        unopened = QCoreApplication.translate("Signing", "Chủ chứng thư số hiện ra khi mở bằng mật khẩu.")
        return Path(choice.key.location).name, unopened
    seal = signer.kind is SignerKind.SEAL
    kind = (
        QCoreApplication.translate("Signing", "Cơ quan")
        if seal
        else QCoreApplication.translate("Signing", "Cá nhân")
    )
    ends = QCoreApplication.translate("Signing", "số …{serial}, hết hạn {day}")
    end = ends.format(serial=signer.serial[-_SERIAL_END:], day=texts.when(signer.not_after)[:10])
    organisation = signer.organisation if signer.organisation != signer.name else ""
    return f"{signer.name} – {place}", " · ".join(part for part in (kind, organisation, end) if part)


def problem_text(choice: KeyChoice, texts: Texts) -> tuple[str, str]:
    """Why a key cannot be used and what to do; two empty strings when it can."""
    if not choice.problem:
        return "", ""
    for family in ("reason", "error", "detail"):
        if texts.knows(family, choice.problem):
            text = texts.text(family, choice.problem)
            return text.title[:1].upper() + text.title[1:], text.action
    return texts.text("reason", choice.problem).title, ""


def owner_text(info: SignerInfo, texts: Texts) -> str:
    """Whose key was opened, before it signs."""
    words = QCoreApplication.translate("Signing", "Cấp bởi {issuer}, có hiệu lực đến {until}")
    lines = (
        f"{info.name}  ({texts.signer_kind(info.kind)})",
        info.organisation,
        ", ".join(info.emails),
        words.format(issuer=info.issuer, until=texts.when(info.not_after)),
    )
    return "\n".join(line for line in lines if line)


def mismatch(roles: Collection[SigningRole], signer: SignerInfo | None) -> tuple[str, str]:
    """What acts and certificate do not go together, and what to do; two empty strings where all is well."""
    needs = {role.uses_seal for role in roles}
    if len(needs) > 1:
        return (
            QCoreApplication.translate(
                "Signing", "Có tệp cần chứng thư số cá nhân, có tệp cần chứng thư số của cơ quan."
            ),
            QCoreApplication.translate(
                "Signing", "Một lần ký chỉ dùng một chứng thư số: hãy ký làm hai lần, cá nhân trước."
            ),
        )
    if signer is None or not needs or needs == {signer.kind is SignerKind.SEAL}:
        return "", ""
    what = (
        QCoreApplication.translate(
            "Signing", "Việc này cần chứng thư số của cơ quan, bạn đang chọn chứng thư số cá nhân."
        )
        if True in needs
        else QCoreApplication.translate(
            "Signing", "Ký phê duyệt cần chứng thư số cá nhân, bạn đang chọn chứng thư số của cơ quan."
        )
    )
    return what, QCoreApplication.translate("Signing", "Chọn chứng thư số khác, hoặc việc ký khác.")


def pin_ask(choice: KeyChoice | None, texts: Texts) -> PinAsk:
    """What to ask for a key, from what its token says of itself before anybody types."""
    if choice is None:
        return PinAsk(allowed=False, field=False)
    token = choice.token
    if token is not None and token.pin is PinState.LOCKED:
        title = QCoreApplication.translate("Signing", "Thiết bị đã bị khóa vì nhập sai PIN nhiều lần.")
        advice = QCoreApplication.translate(
            "Signing", "Không nhập PIN được nữa. Mang thiết bị đến nơi cấp chứng thư số để mở khóa."
        )
        return PinAsk(False, False, notice=title, action=advice, severity=Severity.BLOCK)
    if token is not None and token.pin is PinState.NOT_SET:
        title = QCoreApplication.translate("Signing", "Thiết bị chưa được đặt PIN.")
        advice = QCoreApplication.translate(
            "Signing", "Đặt PIN bằng phần mềm kèm theo thiết bị, rồi quay lại."
        )
        return PinAsk(False, False, notice=title, action=advice, severity=Severity.BLOCK)
    if choice.problem:
        title, advice = problem_text(choice, texts)
        return PinAsk(False, False, notice=title, action=advice, severity=Severity.BLOCK)
    if token is None:
        return PinAsk(True, True, QCoreApplication.translate("Signing", "Mật khẩu chứng thư số"))
    notice, action = _pin_warning(token.pin)
    severity = Severity.BLOCK if token.pin is PinState.FINAL_TRY else Severity.WARN
    if token.protected_path:
        label = QCoreApplication.translate("Signing", "PIN được nhập trên đầu đọc, không nhập trên máy tính.")
        return PinAsk(True, False, label, notice, action, severity)
    name = token.label.strip() or token.serial
    label = QCoreApplication.translate("Signing", "Mã PIN của thiết bị {label}").format(label=name)
    return PinAsk(True, True, label, notice, action, severity)


def pin_length_problem(choice: KeyChoice | None, text: str) -> str:
    """Why this cannot be the PIN, known without trying it; a wrong try would count."""
    if choice is None or choice.token is None or not text:
        return ""
    size, token = len(text.encode("utf-8")), choice.token
    if token.pin_min and size < token.pin_min:
        words = QCoreApplication.translate("Signing", "PIN của thiết bị này có ít nhất {n} ký tự.")
        return words.format(n=token.pin_min)
    if token.pin_max and size > token.pin_max:
        words = QCoreApplication.translate("Signing", "PIN của thiết bị này có nhiều nhất {n} ký tự.")
        return words.format(n=token.pin_max)
    return ""


def _pin_warning(state: PinState) -> tuple[str, str]:
    if state is PinState.FINAL_TRY:
        return (
            QCoreApplication.translate(
                "Signing", "Chỉ còn một lần nhập PIN: nhập sai nữa là thiết bị bị khóa."
            ),
            QCoreApplication.translate("Signing", "Nếu không nhớ chắc PIN, hãy dừng lại và hỏi nơi cấp."),
        )
    if state is PinState.COUNT_LOW:
        return (
            QCoreApplication.translate("Signing", "PIN đã bị nhập sai ít nhất một lần."),
            QCoreApplication.translate("Signing", "Nhập đúng một lần thì bộ đếm trở lại từ đầu."),
        )
    return "", ""
