"""A rule set as a document: what it adds to another one, changes in it, and takes away."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.core.patching import partial
from app.core.schemas import Name
from app.rulesets.schemas import MAX_RULES, Code, Rule
from app.shelves.schemas import KeptDocument

STANDARD = "standard"
SetCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_RuleFields = partial(Rule, "RuleFields", without=("code",), deep=False)


class RuleChange(_RuleFields):  # type: ignore[valid-type, misc]  # made from Rule
    """Fields of a rule of the underlying set that are different here; ``null`` empties one."""

    code: Annotated[Code, Field(description="要调整的责任项代码", examples=["theme_party_day"])]


class RuleSetDocument(KeptDocument):
    """A rule set as people write it (``format`` is the format's version, 1)."""

    code: Annotated[SetCode, Field(description="规则集代码", examples=["zhihuibu"])]
    name: Annotated[Name, Field(description="规则集名称", examples=["指挥部党总支责任项规则"])]
    based_on: Annotated[
        SetCode | None,
        Field(description="以哪一套为基础：standard 或上级（或本级）规则集的代码；空为自成一套"),
    ] = STANDARD
    rules: Annotated[list[Rule], Field(max_length=MAX_RULES, description="新增的责任项")] = Field(
        default_factory=list
    )
    changes: Annotated[
        list[RuleChange], Field(max_length=MAX_RULES, description="调整：代码和要改的字段")
    ] = Field(default_factory=list)
    removes: Annotated[list[Code], Field(max_length=MAX_RULES, description="去掉的责任项代码")] = (
        Field(default_factory=list)
    )


class StandardDocument(RuleSetDocument):
    """The rule set that is shipped with the program."""

    version: Annotated[int, Field(ge=1, description="标准规则集的版本")]


def document_data(document: RuleSetDocument) -> dict[str, Any]:
    """The document as plain values without what is merely default; read back it is the same."""
    data: dict[str, Any] = {
        "format": document.format,
        "code": document.code,
        "name": document.name,
        "based_on": document.based_on,
        "rules": [rule_data(rule) for rule in document.rules],
        "changes": [_stated(change) for change in document.changes],
        "removes": list(document.removes),
    }
    if isinstance(document, StandardDocument):
        data["version"] = document.version
    return {key: value for key, value in data.items() if value != []}


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as plain values without what is merely default."""
    data = _compact(rule.model_dump(mode="json"))
    return {
        name: value
        for name, value in data.items()
        if Rule.model_fields[name].is_required() or value != _default(name)
    }


def _default(name: str) -> object:
    value = Rule.model_fields[name].get_default(call_default_factory=True)
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _stated(change: RuleChange) -> dict[str, Any]:
    dumped = change.model_dump(mode="json", include=change.model_fields_set)
    stated = {name: _compact(value) for name, value in dumped.items()}
    return {"code": change.code, **stated}


def _compact(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Without what is empty inside: every such field of a rule's parts is empty by default."""
    if isinstance(value, list):
        return [_compact(entry) for entry in value]
    if isinstance(value, dict):
        kept = {key: _compact(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry is not None and entry != []}
    return value
