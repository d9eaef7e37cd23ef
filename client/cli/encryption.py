"""What `congthu doctor` says of the encryption of a data folder whose key opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from client.config.paths import Paths
from client.services.at_rest import left_over, unknown_files
from client.services.data_key import read_mark
from client.vault.sealing import Vault


@dataclass(frozen=True, slots=True)
class Told:
    """One line."""

    check: str
    ok: bool
    detail: str


def encryption_told(paths: Paths, vault: Vault, *, wanted: bool | None) -> Iterator[Told]:
    """How far it is, and what should not be; ``wanted`` as in `client.services.at_rest.prepare`."""
    vault = replace(vault, seals=wanted is not False)
    unknown = list(unknown_files(paths, vault))
    left = left_over(paths, vault) - len(unknown)
    yield Told("encryption", ok=True, detail=_state(left, is_wanted=vault.seals))
    if unknown:
        detail = f"{len(unknown)} tệp cần khóa khác · {len(unknown)} files need another key: {unknown[0]}"
        yield Told("encryption key", ok=False, detail=detail)
    in_clear = ", ".join(read_mark(paths).in_clear)
    if in_clear:
        said = "tệp ở dạng rõ đặt vào chỗ tệp đã mã hóa · put in the clear in place of encrypted ones"
        detail = f"{said}: {in_clear}"
        yield Told("encryption replaced", ok=False, detail=detail)


def _state(left: int, *, is_wanted: bool) -> str:
    key = "khóa trong kho mật khẩu mở được"
    if not is_wanted:
        detail = f"đang giải mã, {key} · being decrypted, the key in the keyring opens it"
        return detail + (f"; {left} tệp còn mã hóa · {left} files still encrypted" if left else "")
    detail = f"có, {key} · on, the key in the keyring opens it"
    return detail + (f"; {left} tệp còn ở dạng rõ · {left} files still in the clear" if left else "")
