"""No sentence says more, or other, than its records; lists match their counts."""

import pytest

from app.report.composition.outline import compose
from app.report.facts import Fact, Options, PeriodCode
from app.report.render import to_text
from tests.report.years import on, rectification, year


def told(facts: list[Fact], *, voice: str = "organization", **values: object) -> str:
    return to_text(compose(year(facts, **values), Options(voice=voice)))  # type: ignore[arg-type]


def ledger() -> list[Fact]:
    """Nine fed back in spring: five closed by June, three in the third quarter, one left."""
    done = [on(month, 20) for month in (4, 4, 5, 6, 6, 7, 8, 9)]
    return [
        *(
            rectification("assessment_feedback", f"问题{n}", found_on=on(4, 2), completed_on=day)
            for n, day in enumerate(done)
        ),
        rectification("assessment_feedback", "问题九", status="in_progress", found_on=on(4, 2)),
        rectification("audit", "问题十", status="open", found_on=on(8, 2)),
    ]


def test_a_quarter_tells_of_what_was_under_way_in_it() -> None:
    text = told(ledger(), period="q3", as_of=on(9, 30))
    assert "本季度在办的四个考核反馈问题中，已销号三个、正在整改一个。" in text
    assert "整改台账上的问题五个（上期结转四个、新列入一个），其中" in text
    assert "考核反馈的" not in text
    assert "列入整改台账的问题五个" not in text


def test_a_rate_of_part_of_a_year_is_named_as_its_own() -> None:
    more = [
        rectification("self_check", f"自查{n}", found_on=on(7, 2), completed_on=on(8, 2))
        for n in range(6)
    ]
    text = told([*ledger(), *more], period="q3", as_of=on(9, 30))
    assert "以上问题合计11个，本季度销号率为81.82%（9/11）。" in text
    whole = told([*ledger(), *more])
    assert "以上问题合计16个，销号率为87.50%（14/16）。" in whole
    assert "考核反馈的九个问题" in whole


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("year", "上年结转的整改问题两个"),
        ("first_half", "上期结转的整改问题两个"),
    ],
)
def test_what_is_older_than_the_period_is_not_new_on_the_ledger(
    period: PeriodCode, words: str
) -> None:
    old = [
        rectification("audit", f"旧账{n}", status="open", found_on=on(5, 1, 2017)) for n in range(2)
    ]
    assert words in told(old, period=period, as_of=on(6, 30))
    assert "新列入" not in told(old, period=period, as_of=on(6, 30))
