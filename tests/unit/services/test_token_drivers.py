"""Where the libraries of tokens are looked for, on Windows and on Linux."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from client.config.paths import resources_dir
from client.services.token_drivers import installed_drivers, known_drivers, name_of

WINDOWS = {"SYSTEMROOT": r"C:\Windows", "ProgramFiles": r"C:\Program Files"}
DATA = """
[[driver]]
name = "Một"
windows = ["mot.dll"]
linux = ["{folder}/mot.so", "{folder}/khong-co.so"]
verified = false
[[driver]]
name = "Hai"
windows = []
linux = ["{folder}/hai.so", "{folder}/mot-khac.so"]
verified = true
"""


def make_resources(folder: Path) -> Path:
    (folder / "tokens").mkdir()
    (folder / "tokens" / "drivers.toml").write_text(DATA.format(folder=folder.as_posix()), "utf-8")
    for name in ("mot.so", "hai.so"):
        (folder / name).write_bytes(b"")
    return folder


def test_on_windows_a_bare_name_lies_in_system32_and_variables_are_filled_in() -> None:
    paths = {str(one.path): one for one in known_drivers(resources_dir(), "win32", WINDOWS)}
    assert r"C:\Windows\System32\eTPKCS11.dll" in paths
    assert r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll" in paths
    assert all(PureWindowsPath(path).is_absolute() and path.endswith(".dll") for path in paths)


def test_a_path_with_an_unknown_variable_is_left_out() -> None:
    paths = [str(one.path) for one in known_drivers(resources_dir(), "win32", {})]
    assert paths == [r"C:\SoftHSM2\lib\softhsm2-x64.dll"]


def test_only_what_our_tests_sign_with_is_called_verified() -> None:
    for platform in ("linux", "win32"):
        verified = {one.name for one in known_drivers(resources_dir(), platform, WINDOWS) if one.verified}
        assert verified == {"SoftHSM 2"}


def test_the_general_driver_comes_after_the_vendors_own() -> None:
    names = [one.name for one in known_drivers(resources_dir(), "linux", {})]
    assert names.index("OpenSC") > names.index("Viettel-CA")
    assert len(set(names)) >= 7


def test_own_drivers_come_first_even_when_missing_and_none_comes_twice(tmp_path: Path) -> None:
    resources = make_resources(tmp_path)
    own = (tmp_path / "rieng.so", tmp_path / "hai.so")
    assert installed_drivers(own, resources) == (*own, tmp_path / "mot.so")


def test_a_driver_is_called_by_its_vendor_or_else_by_its_file(tmp_path: Path) -> None:
    resources = make_resources(tmp_path)
    assert name_of(tmp_path / "mot.so", resources) == "Một"
    assert name_of(Path("/opt/la.so"), resources) == "la.so"
