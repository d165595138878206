"""Words for refused values: Chinese, with the format that was expected."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.validation import OTHER_FORMAT, describe

DESCRIPTION = Path(__file__).parents[1] / "api" / "openapi.json"


def patterns(part: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        for value in part.values():
            yield from patterns(value)
    elif isinstance(part, list):
        for value in part:
            yield from patterns(value)


def words(pattern: str) -> str:
    error = {"type": "string_pattern_mismatch", "ctx": {"pattern": pattern}, "msg": ""}
    return describe(error)


def test_every_pattern_of_the_api_is_told_in_words() -> None:
    found = set(patterns(json.loads(DESCRIPTION.read_text(encoding="utf-8"))))
    assert found
    for pattern in found:
        said = words(pattern)
        assert said != OTHER_FORMAT, pattern
        example = re.search(r"如 (\S+)$", said)
        assert example is None or re.search(pattern, example[1]), pattern
    assert words("^x$") == OTHER_FORMAT


def test_what_is_allowed_is_listed_in_one_way() -> None:
    error = {"type": "enum", "ctx": {"expected": "'month', 'quarter' or 'year'"}, "msg": ""}
    assert describe(error) == "取值应为其中之一：month、quarter、year"
    tags = {"type": "union_tag_invalid", "ctx": {"expected_tags": "'day', 'once'"}, "msg": ""}
    assert describe(tags) == "取值不在允许的范围内：day、once"
