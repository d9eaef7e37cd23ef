"""RFC 4515."""

from __future__ import annotations

import pytest

from client.model.ldap_filter import DEEPEST, Filter, Operator, parse_filter


def test_a_tree() -> None:
    found = parse_filter("(&(objectClass=person) (!(mail=a*b*c)) (cn=\\2a))")
    person, other, star = found.parts
    assert found.operator is Operator.ALL_OF
    assert person == Filter(Operator.EQUAL, (), "objectClass", (b"person",))
    assert other.parts == (Filter(Operator.LIKE, (), "mail", (b"a", b"b", b"c")),)
    assert star.value == (b"*",)
    assert parse_filter("(mail=*)") == Filter(Operator.PRESENT, (), "mail")


@pytest.mark.parametrize(
    "text",
    [
        "", "mail=*", "(mail=*", "(mail=*))", "()", "(&)", "(!(a=1)(b=2))", "(=x)", "(a=**)", "(a=\\2)",
        "(a=\\zz)", "(a b=c)", "(a:dn:=x)", "(" * 500, "(!" * (DEEPEST + 2) + "(a=1)" + ")" * (DEEPEST + 2),
    ],
)  # fmt: skip
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(ValueError):
        parse_filter(text)
