"""Word and spreadsheet files as PDF, by LibreOffice where that is installed: a child process of the workshop.

The program gets a profile of its own that runs no macro and fetches nothing a file links to, a bounded time,
and, where Linux allows it, no network at all. Names of files stay out of its command line.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from client.errors import ConversionFailed

CONVERTIBLE = frozenset(
    {"docx", "docm", "doc", "odt", "rtf", "xlsx", "xlsm", "xls", "ods", "csv", "pptx", "ppt", "odp", "txt"}
)
SECONDS = 90.0
MAX_BYTES = 50 * 1024 * 1024

_PROGRAMS = ("soffice", "libreoffice")
_WINDOWS = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"\
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"\
 oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"\
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent"\
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">\
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse">\
<value>1</value></prop></item>
</oor:items>
"""


def find_converter() -> str:
    """The program's path, ``""`` where there is none."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    return next((path for path in _WINDOWS if sys.platform == "win32" and Path(path).is_file()), "")


def to_pdf(content: bytes, extension: str, program: str, seconds: float = SECONDS) -> bytes:
    """``content``, a file of this kind, as PDF. Raises `ConversionFailed` (``reason``)."""
    if extension not in CONVERTIBLE or len(content) > MAX_BYTES:
        raise ConversionFailed(reason="not-convertible")
    if not Path(program).is_file():
        raise ConversionFailed(reason="converter-not-started")
    with tempfile.TemporaryDirectory(prefix="congthu-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        source = place / f"tep.{extension}"
        source.write_bytes(content)
        user = place / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        _run(_command(program, place, source), place, seconds)
        try:
            made = (place / "out" / "tep.pdf").read_bytes()
        except OSError as error:
            raise ConversionFailed(reason="no-pdf-made") from error
    if not made.startswith(b"%PDF-"):
        raise ConversionFailed(reason="no-pdf-made")
    return made


def _command(program: str, place: Path, source: Path) -> list[str]:
    profile = (place / "profile").as_uri()
    options = [
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nolockcheck",
        "--nofirststartwizard",
    ]
    convert = ["--convert-to", "pdf", "--outdir", str(place / "out"), str(source)]
    return [*_without_network(), program, f"-env:UserInstallation={profile}", *options, *convert]


@cache
def _without_network() -> tuple[str, ...]:
    """What to put before a command so that it runs in a network namespace that leads nowhere."""
    tool = shutil.which("unshare") if sys.platform == "linux" else None
    if tool is None:
        return ()
    command = (tool, "--user", "--map-current-user", "--net", "--")
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=5, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def _run(command: list[str], place: Path, seconds: float) -> None:
    """Run to the end or stop all of it: the program's own children too."""
    surroundings = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    surroundings |= {"HOME": str(place), "TMPDIR": str(place), "TEMP": str(place), "TMP": str(place)}
    try:
        child = subprocess.Popen(  # noqa: S603 - the program is found by name, the rest are our own words
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=place,
            env=surroundings,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        raise ConversionFailed(reason="converter-not-started") from error
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise ConversionFailed(reason="converter-too-slow") from error
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
