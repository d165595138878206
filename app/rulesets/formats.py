"""The two formats of a document: their media types, and how the API describes them."""

from collections.abc import Mapping
from typing import Any

JSON_TYPE = "application/json"
YAML_TYPE = "application/yaml"
YAML_TYPES = frozenset({YAML_TYPE, "application/x-yaml", "text/yaml", "text/x-yaml"})
FORMATS = (JSON_TYPE, YAML_TYPE)
RANGES: Mapping[str, str] = {
    "*/*": JSON_TYPE,
    "application/*": JSON_TYPE,
    "text/*": YAML_TYPE,
    **dict.fromkeys(YAML_TYPES, YAML_TYPE),
}
IN_BOTH: dict[int | str, dict[str, Any]] = {
    200: {"content": {YAML_TYPE: {"schema": {"type": "string"}}}}
}
EXAMPLE = """\
format: 1
code: zhihuibu
name: 指挥部党总支责任项规则
based_on: standard
changes:
  - code: theme_party_day
    due: {rule: day, day: 25}
removes: [central_group_study]
"""
# The body is read here, not by the framework; its schema is there because documents are answered.
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON_TYPE: {
                "schema": {"$ref": "#/components/schemas/RuleSetDocument"},
                "example": {
                    "code": "zhihuibu",
                    "name": "指挥部党总支责任项规则",
                    "removes": ["central_group_study"],
                },
            },
            YAML_TYPE: {"schema": {"type": "string", "examples": [EXAMPLE]}},
        },
    }
}
