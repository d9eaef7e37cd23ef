"""Paths from an anchor that another authority issued, as an office pins it that trusts no more than that one.

pyHanko looks for the issuer of whoever signed a CRL on the path; an anchor that is no root has none there,
and every list of its own would count for nothing.
"""

from __future__ import annotations

from asn1crypto import x509
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.util import CancelableAsyncIterator


class AnchoredPaths(CancelableAsyncIterator[ValidationPath]):
    """The same paths, each of which knows its anchor for the signer of the anchor's CRLs."""

    def __init__(self, paths: CancelableAsyncIterator[ValidationPath]) -> None:
        self._paths = paths

    async def __anext__(self) -> ValidationPath:
        path = await anext(self._paths)
        below = list(path.iter_certs(include_root=False))
        return _AnchoredPath(path.trust_anchor, below[:-1], below[-1]) if below else path

    async def cancel(self) -> None:
        """Look for no more."""
        await self._paths.cancel()  # type: ignore[no-untyped-call] # pyHanko has no types here


class _AnchoredPath(ValidationPath):
    def truncate_to_issuer_and_append(self, cert: x509.Certificate) -> ValidationPath:
        """See `ValidationPath`; an anchor is trusted as it is (RFC 5280 section 6.1)."""
        authority = self.trust_anchor.authority
        if isinstance(authority, AuthorityWithCert) and authority.certificate.dump() == cert.dump():
            return ValidationPath(self.trust_anchor, interm=[], leaf=None)
        path: ValidationPath = super().truncate_to_issuer_and_append(cert)
        return path
