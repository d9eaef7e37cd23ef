from __future__ import annotations

from datetime import date

import pytest

from client.model.search import (
    EVERYWHERE,
    Having,
    SearchField,
    SearchQuery,
    SearchTerm,
    parse_query,
    read_day,
)


def one(text: str) -> SearchTerm:
    (term,) = parse_query(text).terms
    return term


def test_words_apart_are_terms_apart_and_the_last_may_go_on() -> None:
    assert parse_query("quyết định").terms == (SearchTerm("quyết"), SearchTerm("định", is_prefix=True))


def test_a_word_that_was_ended_by_a_space_is_whole() -> None:
    assert not one("quyết ").is_prefix


def test_two_letters_begin_a_word() -> None:
    assert one("ng").is_prefix
    assert not one("ng ").is_prefix


@pytest.mark.parametrize("typed", ["quyết định n", "quyết định N", "quyết định đ"])
def test_the_first_letter_of_a_further_word_asks_for_nothing_yet(typed: str) -> None:
    assert parse_query(typed).terms == (SearchTerm("quyết"), SearchTerm("định"))
    assert len(parse_query(f"{typed} ").terms) == 3
    assert parse_query("n").is_empty


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("trong:Thư đã gửi báo cáo", "sent"), ('trong:"Thư đã gửi" báo cáo', "sent"),
        ("trong: hop thu den báo cáo", "inbox"), ("in:Trash báo cáo", "trash"),
        ("trong:tất cả báo cáo", EVERYWHERE), ("trong: tat-ca báo cáo", EVERYWHERE),
        ("trong:dự-án báo cáo", "du-an"),
    ],
)  # fmt: skip
def test_a_mailbox_is_named_as_on_the_screen(typed: str, mailbox: str) -> None:
    query = parse_query(typed)
    assert query.mailbox == mailbox
    assert [term.text for term in query.terms] == ["báo", "cáo"]


def test_a_number_asked_for_as_one_is_whole() -> None:
    assert parse_query("số:12").terms == (SearchTerm("12", SearchField.NUMBERS),)
    assert parse_query("số:12/QĐ").terms == (SearchTerm("12/QĐ", SearchField.NUMBERS, is_prefix=True),)


def test_a_year_of_two_figures_is_of_this_century() -> None:
    assert read_day("15/3/24") == (date(2024, 3, 15), date(2024, 3, 16))
    assert read_day("3/24") is None


def test_quotation_marks_keep_words_together() -> None:
    assert parse_query('"giấy mời" “tờ trình”').terms == (SearchTerm("giấy mời"), SearchTerm("tờ trình"))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("từ:an", SearchField.SENDER, "an"),
        ("tu:an", SearchField.SENDER, "an"),
        ("Từ: an", SearchField.SENDER, "an"),
        ('from:"Nguyễn Văn An"', SearchField.SENDER, "Nguyễn Văn An"),
        ("đến:binh@x.vn ", SearchField.RECIPIENTS, "binh@x.vn"),
        ("to:binh", SearchField.RECIPIENTS, "binh"),
        ("số:123/QĐ-UBND", SearchField.NUMBERS, "123/QĐ-UBND"),
        ("number:123", SearchField.NUMBERS, "123"),
        ("tiêu-đề:họp", SearchField.SUBJECT, "họp"),
        ("tệp:baocao.pdf", SearchField.FILES, "baocao.pdf"),
    ],
)
def test_an_operator_says_where_a_word_must_be(text: str, field: SearchField, value: str) -> None:
    assert (one(text).field, one(text).text) == (field, value)


@pytest.mark.parametrize(
    ("text", "having"),
    [
        ("có:đính-kèm", Having.ATTACHMENT),
        ("có:đính kèm", Having.ATTACHMENT),
        ("co:tep", Having.ATTACHMENT),
        ("has:attachment", Having.ATTACHMENT),
        ("có:chữ ký số", Having.SIGNATURE),
        ("có:sao", Having.FLAG),
        ("has:unread", Having.UNREAD),
        ("có: chưa đọc", Having.UNREAD),
    ],
)
def test_what_a_message_has(text: str, having: Having) -> None:
    assert parse_query(text) == SearchQuery(having=frozenset({having}))


def test_what_follows_a_value_of_two_words_is_a_word() -> None:
    assert parse_query("có:đính kèm họp ").terms == (SearchTerm("họp"),)


def test_days_bound_the_time() -> None:
    assert parse_query("sau:01/02/2026 trước:3/2026") == SearchQuery(
        since=date(2026, 2, 1), before=date(2026, 3, 1)
    )


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("24/11/2026", date(2026, 11, 24), date(2026, 11, 25)),
        ("24-11-2026", date(2026, 11, 24), date(2026, 11, 25)),
        ("2026-11-24", date(2026, 11, 24), date(2026, 11, 25)),
        ("12/2026", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_day_a_month_or_a_year(text: str, first: date, after: date) -> None:
    assert read_day(text) == (first, after)


@pytest.mark.parametrize("text", ["31/02/2026", "hôm qua", "0000", "9999", "1/13/2026", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_an_operator_with_a_useless_value_is_searched_for_as_it_stands() -> None:
    assert parse_query("trước:hôm-qua ").terms == (SearchTerm("trước:hôm-qua"),)
    assert one("http://x.vn ").text == "http://x.vn"
    assert parse_query("Kính gửi: an ").terms == (
        SearchTerm("Kính"),
        SearchTerm("gửi:"),
        SearchTerm("an"),
    )


def test_an_operator_still_without_its_value_asks_for_nothing() -> None:
    assert parse_query("từ:").is_empty
    assert parse_query("họp từ: ").terms == (SearchTerm("họp"),)


def test_a_mailbox_is_named_without_regard_to_marks() -> None:
    assert parse_query('trong:"Dự án Cầu đường"').mailbox == "du an cau duong"
    assert parse_query("in:all").mailbox == EVERYWHERE
    assert parse_query("trong:tất-cả").mailbox == EVERYWHERE


@pytest.mark.parametrize("text", ["", "   ", '"', '""', ":::", "-", "“", "\x00", "a" * 5000, 'từ:"'])
def test_nothing_typed_is_an_error(text: str) -> None:
    parse_query(text)


@pytest.mark.parametrize(
    ("typed", "misread"),
    [
        ("trước:hôm-qua họp", ("trước:hôm-qua",)), ("sau:31/13/2026", ("sau:31/13/2026",)),
        ("sau:31/1", ()), ("sau:31/1 họp", ("sau:31/1",)), ("có:đính", ()), ("có:gì", ("có:gì",)),
        ("có:đính họp", ("có:đính",)), ("trước:11/2026 sau:2026", ()), ("từ:an", ()), ("Kính gửi: anh", ()),
    ],
)  # fmt: skip
def test_a_condition_that_says_nothing_is_named(typed: str, misread: tuple[str, ...]) -> None:
    query = parse_query(typed)
    assert query.misread == misread
    assert not query.is_empty


@pytest.mark.parametrize(
    ("typed", "mailbox", "words"),
    [
        ("trong:Lưu trữ/2026 họp", "luu tru/2026", ["họp"]),
        ("trong:Công văn đến/Quý 4", "cong van den/quy", ["4"]),
        ("trong:inbox/dự-án họp a/b", "inbox/du-an", ["họp", "a/b"]),
        ("trong:dự-án họp", "du-an", ["họp"]),
    ],
)
def test_a_path_is_named_with_the_blanks_before_its_last_name(
    typed: str, mailbox: str, words: list[str]
) -> None:
    query = parse_query(f"{typed} ")
    assert query.mailbox == mailbox
    assert [one.text for one in query.terms] == words
