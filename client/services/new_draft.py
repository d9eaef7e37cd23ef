"""An empty draft: made by the window itself, from nothing but the account."""

from __future__ import annotations

import secrets

from client.model.account import Account
from client.model.outgoing import Draft


def new_draft(account: Account) -> Draft:
    """An empty draft with the sender's block; its Message-ID stays the same until it is sent."""
    identity = account.identity
    domain = identity.address.domain or "localhost"
    return Draft(
        draft_id=secrets.token_hex(8),
        account_id=account.account_id,
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        sender=identity.address,
        body=f"\n\n{sender_block(account)}",
        sign_message=account.personal_key is not None or account.seal_key is not None,
    )


def sender_block(account: Account) -> str:
    """Khối thông tin người gửi: name, title, unit, telephone (rule ``no-sender-block``)."""
    identity = account.identity
    name = identity.address.display_name or identity.address.addr_spec
    phone = f"Điện thoại: {identity.phone}" if identity.phone else ""
    lines = ["--", name, identity.title, identity.unit, phone, f"Thư điện tử: {identity.address.addr_spec}"]
    return "\n".join(line for line in lines if line)
