"""Signs the sample documents and letters at the time their story tells, with the product's own signer."""

from __future__ import annotations

from datetime import datetime

from asn1crypto import tsp
from certomancer.registry import ServiceLabel

from client.crypto.cms import sign_mail
from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.sealing import seal_entity
from client.crypto.timestamps import Timestamper
from client.mime import builder
from client.model.secret import Secret
from client.model.verdict import Profile
from client.sandbox.pki import DemoPki


class StorySigner:
    """Opens each demo key once; time-stamps carry the moment of the story instead of now."""

    def __init__(self, pki: DemoPki, key_password: str) -> None:
        self._pki = pki
        self._password = Secret(key_password)
        self._keys: dict[str, SigningKey] = {}
        self._moment = pki.born
        self._timestamper = Timestamper(("demo:tsa",), self._answer)

    def document(self, pdf: bytes, label: str, moment: datetime, *, stamped: bool) -> bytes:
        """``pdf`` with one more PAdES signature: B-T, or B-B where it is not ``stamped``."""
        self._moment = moment
        profile = Profile.B_T if stamped else Profile.B_B
        return sign_pdf(
            pdf, self._key(label), profile=profile, timestamper=self._timestamper, signing_time=moment
        )

    def mail(self, entity: bytes, label: str, moment: datetime) -> bytes:
        """The S/MIME signature of ``entity`` as DER, whoever the sender is."""
        return sign_mail(entity, self._key(label), moment)

    def seal(self, entity: bytes, label: str) -> bytes:
        """``entity`` encrypted for the holder of that key, as a MIME entity."""
        return builder.assemble_sealed(seal_entity(entity, (self._key(label).certificate_der,)))

    def _key(self, label: str) -> SigningKey:
        if label not in self._keys:
            path = self._pki.key_path(label)
            self._keys[label] = open_pkcs12(path.read_bytes(), self._password, str(path))
        return self._keys[label]

    def _answer(self, _url: str, request: bytes, _timeout: float) -> bytes:
        registry = self._pki.architecture.service_registry
        authority = registry.summon_timestamper(ServiceLabel("tsa"), at_time=self._moment)
        answer: bytes = authority.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return answer
