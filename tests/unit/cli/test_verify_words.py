"""What `congthu verify` says in words and what it ends with, for every sub-indication."""

from __future__ import annotations

import pytest

from client.cli.output import Printer
from client.cli.verify import EXIT_FAILED, EXIT_INDETERMINATE, EXIT_PASSED, _exit_code, _print_words
from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.model.verdict import (
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SubIndication,
    VerificationReport,
    indication_of,
)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return Catalogue.load(resources_dir(), request.param)


@pytest.mark.parametrize("sub", SubIndication, ids=str)
def test_each_sub_indication_is_printed_with_its_sentence_and_advice(
    catalogue: Catalogue, sub: SubIndication, capsys: pytest.CaptureFixture[str]
) -> None:
    found = SignatureVerdict(SignatureFormat.CADES, indication_of(sub), sub)
    report = VerificationReport("a.p7s", found.indication, signatures=(found,))
    _print_words(report, Printer(catalogue, as_json=False))
    printed = capsys.readouterr().out
    text = catalogue.text("sub_indication", sub.value)
    assert catalogue.text("display", report.display.value).title in printed.splitlines()[0]
    assert f"[{found.indication.value}/{sub.value}]" in printed
    assert text.title in printed
    assert text.action in printed
    expected = EXIT_FAILED if found.indication is Indication.TOTAL_FAILED else EXIT_INDETERMINATE
    assert _exit_code([report]) == expected


def test_one_bad_signature_decides_whatever_the_whole_is_called() -> None:
    good = SignatureVerdict(SignatureFormat.CADES, Indication.TOTAL_PASSED)
    bad = SignatureVerdict(SignatureFormat.CADES, Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE)
    assert _exit_code([VerificationReport("x", Indication.TOTAL_PASSED, signatures=(good,))]) == EXIT_PASSED
    assert (
        _exit_code([VerificationReport("x", Indication.TOTAL_PASSED, signatures=(good, bad))]) == EXIT_FAILED
    )


def test_a_counter_signature_names_whom_it_confirms(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    counter = SignatureVerdict(
        SignatureFormat.CADES,
        Indication.TOTAL_PASSED,
        reasons=(Reason.COUNTER_SIGNATURE,),
        countersigns="Nguyễn Văn An",
    )
    _print_words(
        VerificationReport("x", Indication.TOTAL_PASSED, signatures=(counter,)),
        Printer(catalogue, as_json=False),
    )
    printed = capsys.readouterr().out
    assert "→ Nguyễn Văn An" in printed
    assert catalogue.text("reason", "counter-signature").title in printed
