"""The sample letters before the product's own verifier and reader: each shows what its story says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from certomancer.registry import ServiceLabel

from client.crypto.enveloped import open_envelope
from client.crypto.mail_layers import find_envelope
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.smime import verify_message
from client.mime.html import sanitise
from client.mime.legacy import convert_legacy, detect_legacy
from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text
from client.mime.tnef import read_tnef
from client.model.secret import Secret
from client.model.trust import TrustMaterial, VerificationDemand
from client.model.verdict import Display
from client.sandbox.composing import Composed, Composer
from client.sandbox.letters import Letter, load_letters
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki
from client.sandbox.pki_plan import AUTHORITIES, SIGNING_CAS
from client.sandbox.signatures import StorySigner

LETTERS = load_letters()


@pytest.fixture(scope="module")
def composed(cast: Cast, pki: DemoPki) -> Mapping[str, Composed]:
    composer = Composer(cast, StorySigner(pki, cast.key_password), pki.born)
    return {letter.letter_id: composer.compose(letter) for letter in LETTERS}


@pytest.fixture(scope="module")
def demand(pki: DemoPki) -> VerificationDemand:
    services = pki.architecture.service_registry
    trust = TrustMaterial(
        anchors=(pki.certificate("root").dump(),),
        intermediates=tuple(pki.certificate(label).dump() for label in SIGNING_CAS),
        crls=tuple(services.get_crl(ServiceLabel(label), pki.born).dump() for label in AUTHORITIES),
    )
    return VerificationDemand(trust, pki.born)


def test_there_are_about_sixty_letters_with_different_names() -> None:
    assert 55 <= len(LETTERS) == len({letter.letter_id for letter in LETTERS})


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.letter_id)
def test_a_letter_gets_the_verdict_its_story_says(
    letter: Letter, composed: Mapping[str, Composed], demand: VerificationDemand
) -> None:
    report = verify_message(composed[letter.letter_id].raw, demand)
    reasons = {reason.value for one in report.signatures for reason in one.reasons}
    reasons |= {reason.value for reason in report.reasons}
    assert report.display is letter.expected, reasons
    assert reasons >= set(letter.reasons)


def test_an_answer_names_what_it_answers(composed: Mapping[str, Composed]) -> None:
    answers = [letter for letter in LETTERS if letter.reply_to]
    assert answers
    for letter in answers:
        envelope = parse_message(composed[letter.letter_id].raw).envelope
        assert envelope.in_reply_to == composed[letter.reply_to].message_id
        assert envelope.references[-1] == envelope.in_reply_to


def test_no_letter_comes_from_the_future(composed: Mapping[str, Composed], pki: DemoPki) -> None:
    assert all(one.moment < pki.born for one in composed.values())


def test_the_tcvn3_letter_is_recognised_and_reads_as_it_was_written(
    composed: Mapping[str, Composed],
) -> None:
    one = composed["loi-font-tcvn3"]
    plain, _html = body_parts(parse_message(one.raw))
    assert plain is not None
    text = part_text(one.raw, plain)
    assert detect_legacy(text) == "tcvn3"
    assert "Trần Quốc Dũng - Công chức tư pháp, hộ tịch" in convert_legacy(text, "tcvn3")


def test_the_winmail_letter_holds_a_file_that_can_be_taken_out(composed: Mapping[str, Composed]) -> None:
    one = composed["loi-winmail-dat"]
    (part,) = attachments(parse_message(one.raw))
    content = read_tnef(part_content(one.raw, part))
    assert not content.damaged
    assert [file.name for file in content.attachments] == ["Bảng tổng hợp góp ý.txt"]
    assert content.attachments[0].content.decode("utf-8").startswith("Điều 4: thống nhất.")


def test_the_newsletter_asks_for_remote_pictures(composed: Mapping[str, Composed]) -> None:
    one = composed["loi-html-anh-tu-xa"]
    _plain, html = body_parts(parse_message(one.raw))
    assert html is not None
    assert sanitise(part_text(one.raw, html)).blocked_remote


def test_the_sealed_letter_opens_with_its_readers_key_and_is_valid_inside(
    composed: Mapping[str, Composed], demand: VerificationDemand, cast: Cast, pki: DemoPki
) -> None:
    raw = composed["thu-ma-hoa"].raw
    key = open_pkcs12(pki.key_path("ntlan.snv").read_bytes(), Secret(cast.key_password))
    opened = open_envelope(find_envelope(raw), key)
    report = verify_message(raw, demand, opened=opened)
    assert (report.display, opened.encryption.cipher) == (Display.VALID, "AES-256-GCM")
    assert b"nh\xc3\xa2n s\xe1\xbb\xb1" not in raw.split(b"\r\n\r\n", 1)[1]
