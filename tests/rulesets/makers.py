"""Rule sets for tests: small rules, layers, and a strategy of whole documents."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.core.errors import ValidationFailed
from app.kinds import BY_NAME
from app.organizations.rules import OrganizationKind
from app.rulesets.resolution import EffectiveRule, Layer, resolve_chain
from app.rulesets.rules import Confidence, DueRule, Every, Having, MonthOfPeriod, Wording
from app.rulesets.schemas import Rule, RuleChange, RuleSetDocument

CODES = ("assembly", "lecture", "day", "talks:all", "report")


def rule(code: str = "assembly", **fields: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": "支部党员大会",
        "applies_to": ["party_branch"],
        "quantity": "每季度至少一次",
        "frequency": {"every": "quarter"},
        **fields,
    }


def document(code: str = "own", **parts: Any) -> dict[str, Any]:
    return {"code": code, "name": "本单位规则", **parts}


def layer(code: str = "base", revision: int = 1, **parts: Any) -> Layer:
    return Layer(code, revision, RuleSetDocument.model_validate(document(code, **parts)))


def resolve(chain: Sequence[Layer]) -> list[EffectiveRule]:
    """The rules of a chain; ValidationFailed with all its flaws where it has conflicts."""
    resolved = resolve_chain(chain)
    if resolved.conflicts:
        flaws = [conflict.flaw for conflict in resolved.conflicts]
        raise ValidationFailed(flaws[0].detail, flaws=flaws)
    return list(resolved.rules.values())


# Text that YAML could mistake for something else, beside any text that a payload may hold.
WORDS = "on no true ~ null 12 0x1F 1e3 2018-03-05 1:20 # ' \" *a &a !x % @ ` | > ? [ { --- ... ="
TRICKY = st.sampled_from(
    [*WORDS.split(), "- a", "a: b", "第 1 条：# 注", "\u2028", "\ufeff甲", "\U0001f600"]
) | st.sampled_from(["甲 \u00a0", " 甲 ", "\ufffd"])
LINE = (
    st.one_of(
        TRICKY,
        st.text(
            st.characters(
                exclude_categories=["Cs", "Cc"], exclude_characters="\u2066\u2067\u2068\ufffe\uffff"
            ),
            min_size=1,
            max_size=40,
        ),
    )
    .filter(lambda text: bool(text.strip()))
    .filter(lambda text: not any(0x202A <= ord(c) <= 0x202E or ord(c) == 0x2069 for c in text))
)
LONG = st.one_of(LINE, st.lists(LINE, min_size=2, max_size=3).map("\n".join))
YEARS = st.integers(1921, 2199)
SET_CODES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


RRULES = st.sampled_from(["FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1"])
DAYS = st.dates(date(1921, 7, 1), date(2199, 12, 31)).map(date.isoformat)


def _frequency() -> st.SearchStrategy[dict[str, Any]]:
    plain = st.sampled_from([Every.MONTH, Every.QUARTER, Every.HALF_YEAR, Every.YEAR])
    return st.one_of(
        st.fixed_dictionaries({"every": plain, "times": st.integers(1, 31)}),
        st.fixed_dictionaries({"every": st.just(Every.ONCE), "on": DAYS}),
        st.fixed_dictionaries({"every": st.just(Every.RRULE), "rrule": RRULES}),
    )


def _due() -> st.SearchStrategy[dict[str, Any]]:
    month = st.sampled_from(list(MonthOfPeriod))
    return st.one_of(
        st.just({"rule": DueRule.END_OF_PERIOD}),
        st.fixed_dictionaries(
            {"rule": st.just(DueRule.DAY), "day": st.integers(1, 31)}, optional={"month": month}
        ),
        st.fixed_dictionaries(
            {"rule": st.just(DueRule.WORKING_DAY), "number": st.integers(1, 18), "month": month}
        ),
        st.fixed_dictionaries(
            {
                "rule": st.just(DueRule.FIXED_DATE),
                "month": st.integers(1, 12),
                "day": st.integers(1, 28),
            }
        ),
        st.fixed_dictionaries(
            {
                "rule": st.just(DueRule.AFTER_EVENT),
                "event": st.sampled_from(CODES),
                "days": st.integers(0, 366),
            }
        ),
    )


COUNTS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(sorted(BY_NAME)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "types": st.lists(st.sampled_from(sorted(BY_NAME[kind].types)), max_size=2),
        },
        optional={"having": st.none() | st.sampled_from(list(Having)), "topics": st.just([])},
    )
)
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "for_each_group": st.just(value=False),
    "focus": st.none() | st.sampled_from(["integrity", "core_work"]),
    "measures": st.none() | LONG,
    "due": _due(),
    "counts": st.lists(COUNTS, max_size=2),
    "shares_with": st.lists(st.sampled_from(CODES), max_size=2),
    "responsible_post": st.none() | LINE,
    "responsible_department": st.none() | LINE,
    "evidence": st.lists(LINE, max_size=2),
    "source": st.none() | LINE,
    "confidence": st.sampled_from(list(Confidence)),
    "wording": st.sampled_from(list(Wording)),
    "valid_from": st.none() | YEARS,
}
NEEDED: dict[str, st.SearchStrategy[Any]] = {
    "name": LINE,
    "applies_to": st.lists(st.sampled_from(list(OrganizationKind)), min_size=1, max_size=3),
    "quantity": LINE,
    "frequency": _frequency(),
}
CODE = st.sampled_from(CODES)
RULES = st.fixed_dictionaries({"code": CODE, **NEEDED}, optional=OPTIONAL).map(Rule.model_validate)
CHANGES = st.fixed_dictionaries({"code": CODE}, optional={**NEEDED, **OPTIONAL}).map(
    RuleChange.model_validate
)


def _unlike(rules: list[Any]) -> list[Any]:
    return list({entry.code: entry for entry in rules}.values())


DOCUMENTS = st.builds(
    RuleSetDocument,
    code=SET_CODES,
    name=LINE,
    based_on=st.none() | SET_CODES | st.just("standard"),
    rules=st.lists(RULES, max_size=3).map(_unlike),
    changes=st.lists(CHANGES, max_size=3).map(_unlike),
    removes=st.lists(CODE, max_size=2, unique=True),
)
