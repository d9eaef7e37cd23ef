"""Judge a PDF with pyHanko's own ETSI validation, in a process that cannot open a socket.

``python other_verifier.py FILE.pdf MOMENT ANCHOR.pem…`` prints a line for each signature: field, level
of validation, indication, sub-indication. Nothing of the product is imported.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn


def no_network(*_: object, **__: object) -> NoReturn:
    """Stands where sockets are made."""
    raise PermissionError("no network")


def main() -> None:
    """See above."""
    file, moment, *anchors = sys.argv[1:]
    loop = asyncio.new_event_loop()  # its own pair of sockets is made before there are none
    socket.socket.connect = no_network  # type: ignore[method-assign] # that is the point
    socket.getaddrinfo = no_network
    for line in loop.run_until_complete(judge(Path(file), datetime.fromisoformat(moment), anchors)):
        sys.stdout.write(f"{line}\n")
    loop.close()


async def judge(file: Path, moment: datetime, anchors: list[str]) -> list[str]:
    """The lines to print."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation import ades

    found = []
    with file.open("rb") as stream:
        for embedded in PdfFileReader(stream).embedded_regular_signatures:
            spec, timing = specification(anchors, embedded.reader), _timing(moment)
            # EN 319 102-1: signatures with time first; with archive time-stamps only if that is not enough.
            status = await ades.ades_with_time_validation(
                embedded.signed_data,
                spec.signature_validation_spec,
                timing_info=timing,
                raw_digest=embedded.compute_digest(),
            )
            if status.ades_subindic is not AdESPassed.OK:
                status = await ades.ades_lta_validation(embedded, spec, timing_info=timing)
            sub = status.ades_subindic
            found.append(f"{embedded.field_name} {type(sub).__qualname__} {getattr(sub, 'name', sub)}")
    return found


def _timing(moment: datetime) -> Any:
    from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

    return ValidationTimingInfo(
        validation_time=moment, best_signature_time=moment, point_in_time_validation=False
    )


def specification(anchors: list[str], reader: Any) -> Any:
    """Trust the anchors alone, demand revocation data, look nowhere but into the file."""
    from asn1crypto.crl import CertificateList
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.sign.validation import policy_decl as policy
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    revocation = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))
    gathering = policy.RevocationInfoGatheringSpec(
        online_fetching_rule=policy.RevinfoOnlineFetchingRule.LOCAL_ONLY
    )
    try:
        store = DocumentSecurityStore.read_dss(reader)
        lists = [CRLContainer(CertificateList.load(one.get_object().data)) for one in store.crls]
        known = policy.LocalKnowledge(known_crls=lists, known_certs=list(store.load_certs()))
    except NoDSSFoundError:
        known = policy.LocalKnowledge()
    roots = list(load_certs_from_pemder(anchors))  # type: ignore[no-untyped-call] # pyHanko has no types here
    trust = SimpleTrustManager.build(trust_roots=roots)
    return policy.PdfSignatureValidationSpec(
        policy.SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(trust_manager=trust, revinfo_policy=revocation),
            revinfo_gathering_policy=gathering,
            local_knowledge=known,
        )
    )


if __name__ == "__main__":
    main()
