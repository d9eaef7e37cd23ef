"""Signs two of the training city's documents and cuts out what is seen: resources/demo/appearance/*.png.

Run by hand when the drawing changes; the PNGs are committed and shown by the README. The documents are
signed with the city's keys, so the pictures show what a signed file shows.
"""

from __future__ import annotations

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from client.crypto.appearance import make_stamp
from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.documents.page_image import render_page
from client.model.secret import Secret
from client.model.signing import Appearance, SigningRole
from client.model.verdict import Profile
from client.sandbox.city import City

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "resources" / "demo" / "documents"
TARGET = ROOT / "resources" / "demo" / "appearance"
STAMPS = ROOT / "resources" / "demo" / "stamps"
AT = datetime(2026, 11, 20, 2, 30, 15, tzinfo=UTC)
DPI = 144
FOOT = (0.12, 0.60, 0.98, 0.775)
HEAD = (0.12, 0.0, 0.98, 0.158)
Part = tuple[float, float, float, float]


def sign(pdf: bytes, key: SigningKey, appearance: Appearance) -> bytes:
    stamp = make_stamp(pdf, appearance, None, AT)
    return sign_pdf(pdf, key, profile=Profile.B_B, timestamper=None, signing_time=AT, stamp=stamp)


def keep(pdf: bytes, name: str, part: Part) -> None:
    """Part of page 1 in shares of it; 64 colours are enough for ink on paper."""
    page = Image.open(io.BytesIO(render_page(pdf, 1, DPI).png))
    left, top, right, bottom = part
    across, up = page.size
    box = (round(left * across), round(top * up), round(right * across), round(bottom * up))
    path = TARGET / f"{name}.png"
    cut = page.crop(box)
    framed = Image.new("RGB", (cut.width + 2, cut.height + 2), (190, 190, 190))
    framed.paste(cut, (1, 1))
    framed.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.stat().st_size:>7} B  {path.name}")


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, City.start(Path(folder)) as city:
        leader, clerk = (city.info.mailbox(f"{name}@tphcm.gov.vn") for name in ("phquan.snv", "dthanh.snv"))
        person, seal = (
            open_pkcs12(path.read_bytes(), Secret(leader.key_password.reveal()))
            for path in (leader.personal_key, clerk.seal_key)
            if path is not None
        )
    decision = (DOCUMENTS / "qd-512-snv-to-giup-viec.pdf").read_bytes()
    hand = (STAMPS / "chu-ky-phquan.snv.png").read_bytes()
    round_seal = (STAMPS / "con-dau-snv.png").read_bytes()
    approved = sign(decision, person, Appearance(SigningRole.APPROVE, hand))
    issued = sign(approved, seal, Appearance(SigningRole.ISSUE, round_seal))
    annex = (DOCUMENTS / "lich-cong-tac-tuan-48.pdf").read_bytes()
    keep(approved, "phe-duyet", FOOT)
    keep(issued, "phat-hanh", FOOT)
    keep(sign(annex, seal, Appearance(SigningRole.ANNEX, number="512/QĐ-SNV")), "phu-luc", HEAD)
    keep(sign(issued, seal, Appearance(SigningRole.COPY, office="Sở Nội vụ")), "sao-y", HEAD)


if __name__ == "__main__":
    main()
