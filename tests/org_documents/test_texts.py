"""YAML as it is read: plain values with their places, and nothing that could be more than that."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import PayloadTooLarge, ValidationFailed
from app.org_documents.parsing import (
    MAX_BYTES,
    TextPosition,
    from_json_text,
    from_yaml,
    read_yaml,
    to_yaml,
)
from app.rulesets.schemas import RuleSetDocument, document_data
from tests.rulesets.makers import DOCUMENTS, TRICKY
from tests.support.effort import effort
from tests.support.properties import examples

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | TRICKY.filter(lambda text: text != "\uffff")  # YAML wants that one escaped
    | st.text("甲a1:-# ", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["on", "no", "12", "键", "~"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def refusal(text: str | bytes) -> tuple[str, int | None, int | None]:
    with pytest.raises(ValidationFailed) as refused:
        read_yaml(text.encode() if isinstance(text, str) else text)
    [flaw] = refused.value.flaws
    assert flaw.detail.startswith(f"第 {flaw.line} 行：")
    return flaw.code, flaw.line, flaw.column


@given(DOCUMENTS)
@examples(60)
def test_what_was_exported_is_imported_as_it_was(document: RuleSetDocument) -> None:
    again = from_yaml(to_yaml(document_data(document)), RuleSetDocument).document
    assert again == document
    stated = [entry.model_fields_set | {"code"} for entry in document.changes]
    assert [entry.model_fields_set for entry in again.changes] == stated
    data = document_data(document)
    assert document_data(again) == data
    assert from_json_text(json.dumps(data).encode(), RuleSetDocument).document == document


@given(JSON)
@examples(80)
def test_whatever_json_says_yaml_can_say(value: Any) -> None:  # noqa: ANN401 - JSON
    assert read_yaml(json.dumps({"a": value}, ensure_ascii=False).encode()).value == {"a": value}


def outcome(content: bytes) -> ValidationFailed | None:
    """How a text is refused; None when it is read."""
    try:
        read_yaml(content)
    except ValidationFailed as refused:
        return refused
    return None


@given(st.text(max_size=60) | st.text("a:-[]{}&*!#'\"|>%?,\n \t", max_size=60))
@examples(150)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    found = outcome(text.encode(errors="surrogatepass"))
    assert found is None or found.flaws[0].line is not None


def test_words_are_text_unless_they_are_json() -> None:
    text = "on: yes\noff: no\nday: 2018-03-05\noctal: 010\nhex: 0x10\nclock: 1:20\nquoted: '12'\n"
    assert read_yaml(text.encode()).value == {
        "on": "yes",
        "off": "no",
        "day": "2018-03-05",
        "octal": "010",
        "hex": "0x10",
        "clock": "1:20",
        "quoted": "12",
    }
    values = read_yaml("\ufeff- 12\n- true\n- ~\n-\n- 1.5\n- -3\n".encode()).value
    assert values == [12, True, None, None, 1.5, -3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("yaml_empty", 1, 1)),
        ("# 只有注释\n", ("yaml_empty", 1, 1)),
        ("a: 1\na: 2", ("yaml_duplicate_key", 2, 1)),
        ("a: {b: 1, c: 2, b: 3}", ("yaml_duplicate_key", 1, 17)),
        ("a: &x 1", ("yaml_anchor", 1, 4)),
        ("a: 1\nb: *x", ("yaml_anchor", 2, 4)),
        ("a: &x [1]\nb: [*x, *x]", ("yaml_anchor", 1, 4)),
        ("&k a: 1", ("yaml_key", 1, 1)),
        ("a: !!python/object/apply:os.system [ls]", ("yaml_tag", 1, 4)),
        ("a: !!str 1", ("yaml_tag", 1, 4)),
        ("? [a]\n: 1", ("yaml_key", 1, 3)),
        ("a: 1\n---\nb: 2", ("yaml_documents", 2, 1)),
        ("a: b: c", ("yaml_syntax", 1, 5)),
        ("a:\n\tb: 1", ("yaml_syntax", 2, 1)),
        ("a: 'x", ("yaml_syntax", 1, 6)),
        ("a: [1, 2\nb: 1", ("yaml_syntax", 2, 2)),
        ("a: \x07", ("yaml_encoding", 1, 4)),
        (b"a: 1\nb: \xff", ("yaml_encoding", 2, 1)),
    ],
)
def test_what_is_refused_names_its_place(text: str | bytes, expected: tuple[str, int, int]) -> None:
    assert refusal(text) == expected


@pytest.mark.parametrize("unit", ["[", "- ", "{a: ", "[{a: ", "? ", "!", "'", "- a\n", "k: [[],"])
def test_a_hostile_text_costs_little(unit: str) -> None:
    text = (unit * (MAX_BYTES // len(unit))).encode()
    assert effort(lambda: outcome(text)) < 400, "about 35 for a list as long as it may be"


def test_nesting_and_size_have_limits() -> None:
    assert read_yaml(("[" * 10 + "]" * 10).encode()).value == [[[[[[[[[[]]]]]]]]]]
    assert refusal("[" * 11 + "]" * 11)[0] == "yaml_depth"
    for read in (from_yaml, from_json_text):
        with pytest.raises(PayloadTooLarge, match="256 KB"):
            read(b" " * (MAX_BYTES + 1), RuleSetDocument)


def test_a_pointer_leads_to_its_line() -> None:
    found = read_yaml(b"a:\n  - x: 1\n    y: [1,\n      2]\nb/c~d: 3\n")
    assert found.position_of("#") == TextPosition(1, 1)
    assert found.position_of("#/a/0/x") == TextPosition(2, 5)
    assert found.position_of("#/a/0/y/1") == TextPosition(4, 7)
    assert found.position_of("#/a/0/missing/below") == TextPosition(2, 5)
    assert found.position_of("#/b~1c~0d") == TextPosition(5, 1)


TEXT = """\
code: own
name: 本单位规则
rules:
  - code: assembly
    name: 支部党员大会
    applies_to: [party_branch]
    frequency: {every: sometimes}
    due: {rule: day, day: 40}
    colour: red
  - 党课
"""


def test_flaws_come_in_the_order_of_their_lines() -> None:
    text = "code: own\nname: 规则\nrules:\n  - code: X\n    name: 甲\nremoves: [9]\nodd: 1\n"
    with pytest.raises(ValidationFailed) as refused:
        from_yaml(text.encode(), RuleSetDocument)
    lines = [flaw.line or 0 for flaw in refused.value.flaws]
    assert len(set(lines)) > 2
    assert lines == sorted(lines)
    assert refused.value.detail.startswith(f"第 {lines[0]} 行")


def test_every_flaw_of_a_document_has_its_line() -> None:
    with pytest.raises(ValidationFailed) as refused:
        from_yaml(TEXT.encode(), RuleSetDocument)
    found = {(flaw.pointer, flaw.code, flaw.line) for flaw in refused.value.flaws}
    assert found == {
        ("#/rules/0/quantity", "missing", 4),
        ("#/rules/0/frequency/every", "enum", 7),
        ("#/rules/0/due/day", "less_than_equal", 8),
        ("#/rules/0/colour", "extra_forbidden", 9),
        ("#/rules/1", "model_attributes_type", 10),
    }
    assert refused.value.detail.startswith("第 4 行：必填")
    assert "共 5 处" in refused.value.detail


def test_a_document_in_json_is_held_to_the_same() -> None:
    for content in (b"", b"{", b'{"a": NaN}', b"[" * 100_000, b'"\xff"', b'"\\ud800"'):
        with pytest.raises(ValidationFailed) as refused:
            from_json_text(content, RuleSetDocument)
        assert refused.value.flaws[0].code in {"json_invalid", "model_type", "string_unicode"}
    with pytest.raises(ValidationFailed) as refused:
        from_json_text(b'{"code": "Own", "name": "x"}', RuleSetDocument)
    assert [(flaw.pointer, flaw.line) for flaw in refused.value.flaws] == [("#/code", None)]
