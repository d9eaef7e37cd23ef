"""The rule on where signatures are seen on the page (regulation.md B7, 55 k; Decree 30/2020, Appendix I)."""

from __future__ import annotations

from collections.abc import Iterator

from client.model.document import Place
from client.model.finding import Unchecked
from client.model.verdict import SignerKind
from client.rules.context import CheckContext, CheckedAttachment, SignatureMark
from client.rules.rule import Hit, Rule, Settings, hit

_MM = 72 / 25.4


def appearance_nonconformant(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Place and overlap of the two images. Annexes and copies are to show none."""
    for attachment in context.issued:
        document = attachment.document
        if not attachment.marks or document is None or document.copy_type:
            continue
        wrong = list(_wrong(attachment, settings))
        if wrong:
            yield hit(attachment, "signatory_title", what=", ".join(dict.fromkeys(wrong)))


def _wrong(attachment: CheckedAttachment, settings: Settings) -> Iterator[str]:
    hand, seal = _mark_of(attachment, SignerKind.PERSONAL), _mark_of(attachment, SignerKind.SEAL)
    if hand is not None and not hand.is_visible:
        yield "hand-image-missing"
    elif hand is not None:
        yield from _hand(attachment, hand, settings)
    if seal is not None and not seal.is_visible:
        yield "seal-image-missing"
    elif seal is not None:
        yield from _seal(seal, hand, settings)


def _hand(attachment: CheckedAttachment, hand: SignatureMark, settings: Settings) -> Iterator[str]:
    """Centred between title and name, on their page."""
    document = attachment.document
    title = document.place_of("signatory_title") if document else None
    name = document.place_of("signatory_name") if document else None
    if title is None or not title.right or not hand.page_width:
        return
    if title.page != hand.page:
        yield "not-at-signatory"
        return
    middle = (title.left + title.right) / 2 * hand.page_width
    beside = abs((hand.left + hand.right) / 2 - middle) > settings.number("centre_mm") * _MM
    named = name is not None and name.page == hand.page
    if beside or (named and name is not None and not _between(hand, title, name, settings)):
        yield "not-at-signatory"


def _between(hand: SignatureMark, title: Place, name: Place, settings: Settings) -> bool:
    centre = 1 - (hand.bottom + hand.top) / 2 / hand.page_height if hand.page_height else 0.0
    slack = settings.number("centre_mm") * _MM / hand.page_height if hand.page_height else 1.0
    return title.top - slack <= centre <= name.top + slack


def _seal(seal: SignatureMark, hand: SignatureMark | None, settings: Settings) -> Iterator[str]:
    """Real size; over about a third of the personal signature, on its left."""
    wanted = settings.policy.limits.seal_diameter_mm * _MM
    if abs((seal.right - seal.left) - wanted) > settings.number("seal_slack_mm") * _MM:
        yield "seal-size"
    if hand is None or not hand.is_visible:
        return
    if hand.page != seal.page:
        yield "seal-not-over-signature"
        return
    shared = min(hand.right, seal.right) - max(hand.left, seal.left)
    share = shared / (hand.right - hand.left)
    on_left = (seal.left + seal.right) < (hand.left + hand.right)
    if not on_left or not settings.number("overlap_from") <= share <= settings.number("overlap_to"):
        yield "seal-not-over-signature"


def _mark_of(attachment: CheckedAttachment, kind: SignerKind) -> SignatureMark | None:
    fields = {verdict.where for verdict in attachment.signed_as(kind)}
    found = [mark for mark in attachment.marks if mark.field in fields]
    return found[0] if len(found) == 1 else None


RULES = (Rule("appearance-nonconformant", appearance_nonconformant),)
