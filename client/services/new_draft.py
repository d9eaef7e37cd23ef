"""An empty draft: made by the window itself, from nothing but the account."""

from __future__ import annotations

import secrets

from client.model.account import Account
from client.model.outgoing import Draft


def new_draft(account: Account) -> Draft:
    """An empty draft with the sender's block; its Message-ID stays the same until it is sent."""
    identity = account.identity
    return Draft(
        draft_id=secrets.token_hex(8),
        account_id=account.account_id,
        message_id=new_message_id(account),
        sender=identity.address,
        body=f"\n\n{sender_block(account)}",
        sign_message=account.personal_key is not None or account.seal_key is not None,
    )


def new_message_id(account: Account) -> str:
    """A Message-ID nobody else makes (RFC 5322 section 3.6.4)."""
    return f"<{secrets.token_hex(16)}@{account.identity.address.domain or 'localhost'}>"


def sender_block(account: Account) -> str:
    """Khối thông tin người gửi: name, title, unit, telephone (rule ``no-sender-block``)."""
    identity = account.identity
    name = identity.address.display_name or identity.address.addr_spec
    phone = f"Điện thoại: {identity.phone}" if identity.phone else ""
    lines = ["--", name, identity.title, identity.unit, phone, f"Thư điện tử: {identity.address.addr_spec}"]
    return "\n".join(line for line in lines if line)
