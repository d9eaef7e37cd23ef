"""The context of the system's anchors is made anew whenever they are others."""

from __future__ import annotations

import os
import platform
import shutil
import ssl
from pathlib import Path

import pytest
import truststore

from client.net import tls

on_files = pytest.mark.skipif(
    platform.system() in {"Windows", "Darwin"} or not ssl.get_default_verify_paths().cafile,
    reason="the system itself is asked for anchors",
)


@pytest.fixture
def anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = ssl.get_default_verify_paths()
    copy = tmp_path / "ca.pem"
    shutil.copy(own.cafile or "", copy)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: own._replace(cafile=str(copy)))
    return copy


@on_files
def test_anchors_replaced_by_a_file_of_the_same_size_and_time_are_read_anew(anchors: Path) -> None:
    first = tls.client_context()
    assert tls.client_context() is first
    told = anchors.stat()
    other = anchors.with_name("new.pem")
    other.write_bytes(anchors.read_bytes())
    os.utime(other, ns=(told.st_atime_ns, told.st_mtime_ns))
    other.replace(anchors)
    assert tls.client_context() is not first


@on_files
def test_anchors_that_are_gone_this_moment_are_asked_of_the_system(anchors: Path) -> None:
    anchors.unlink()
    assert isinstance(tls.client_context(), truststore.SSLContext)
