"""What a duty rests on in a year: never something younger, and the duty itself stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organizations.rules import OrganizationKind
from app.rulesets.queries import standard_layer
from app.rulesets.resolution import (
    as_cited_in,
    citation_in,
    resolve_chain,
    source_titles,
    sources_issued_after,
)
from app.rulesets.rules import Confidence
from tests.rulesets.makers import layer, rule
from tests.support.world import World

YEARS = st.integers(1990, 2030)
NAMES = st.text("甲乙丙丁", min_size=1, max_size=3)
DATED = st.builds(
    lambda name, year, remark: (f"《{name}》（{year}）{remark}", year),
    NAMES,
    YEARS,
    st.sampled_from(["", "，基层参照"]),
)
UNDATED = st.sampled_from([("各地做法", None), ("《某办法》", None), ("工作细则（2099）", None)])


@given(st.lists(DATED | UNDATED, min_size=1, max_size=4), YEARS)
def test_nothing_younger_is_cited_and_nothing_else_is_left_out(
    stated: list[tuple[str, int | None]], year: int
) -> None:
    source = "；".join(text for text, _ in stated)
    kept, article = citation_in(source, "第三条", year)
    held = [text for text, issued in stated if issued is None or issued <= year]
    assert kept == ("；".join(held) or None)
    assert (article == "第三条") is (stated[0][1] is None or stated[0][1] <= year)
    late = [text for text, issued in stated if text not in held]
    assert sources_issued_after(source, year) == late
    assert citation_in(kept, article, year) == (kept, article)


@pytest.mark.parametrize(
    ("source", "year", "cited", "article"),
    [
        ("《甲规定》（2020），基层参照", 2019, None, None),
        ("《甲规定》（2020），基层参照", 2020, "《甲规定》（2020），基层参照", "第三条"),
        ("《甲规定》（2020）；《乙规定》（2004）", 2018, "《乙规定》（2004）", None),
        ("《乙规定》（2004）；《甲规定》（2020）", 2018, "《乙规定》（2004）", "第三条"),
        ("《甲规定》（2020）", 1921, None, None),
        (None, 2018, None, "第三条"),
    ],
)
def test_what_a_year_cites(
    source: str | None, year: int, cited: str | None, article: str | None
) -> None:
    assert citation_in(source, "第三条", year) == (cited, article)


def test_titles_are_said_without_their_years() -> None:
    assert source_titles("《甲规定》（2020），基层参照") == ["《甲规定》（基层参照）"]
    assert source_titles("《甲规定》（2020）；各地做法") == ["《甲规定》", "各地做法"]


@given(YEARS)
def test_every_shipped_duty_stays_and_cites_its_past(year: int) -> None:
    rules = resolve_chain([standard_layer()]).rules
    for kind in OrganizationKind:
        found = resolve_chain([standard_layer()]).of_year(kind, year)
        shipped = [
            one.rule
            for one in rules.values()
            if kind in one.rule.applies_to
            and (one.rule.valid_from or year) <= year <= (one.rule.valid_to or year)
        ]
        assert [one.rule.code for one in found] == [one.code for one in shipped]
        for now, whole in zip((one.rule for one in found), shipped, strict=True):
            assert not sources_issued_after(now.source or "", year)
            if now.source != whole.source:
                assert now.source or (now.article, now.confidence) == (None, Confidence.GENERAL)
                same = {"source", "article", "confidence"}
                assert now.model_dump(exclude=same) == whole.model_dump(exclude=same)


def test_regulations_of_the_standard_set_state_their_year() -> None:
    titled = [
        found.rule.source
        for found in resolve_chain([standard_layer()]).rules.values()
        if "《" in (found.rule.source or "")
    ]
    assert titled
    assert [source for source in titled if not sources_issued_after(source or "", 1989)] == []


def test_organizations_of_one_set_share_what_a_year_says() -> None:
    resolution = resolve_chain([layer(rules=[rule("own", source="《甲规定》（2020）")])])
    first, second = (
        resolution.of_year(OrganizationKind.PARTY_BRANCH, 2018)[0].rule for _ in range(2)
    )
    assert first is second
    assert (first.source, resolution.rules["own"].rule.source) == (None, "《甲规定》（2020）")
    assert as_cited_in(first, 2018) is first


def test_the_rules_of_a_year_cite_what_there_was(world: World) -> None:
    path = f"/organizations/{world.hq}/rules"
    cited = {
        year: {
            one["rule"]["code"]: one["rule"]["source"]
            for one in world.clerk.ok(path, year=year)["items"]
        }
        for year in (2018, 2019, 2020)
    }
    assert cited[2018].keys() == cited[2019].keys() == cited[2020].keys()
    review, building = "secretary_review", "special_meeting:party_building"
    assert [cited[year][review] is None for year in cited] == [True, False, False]
    assert [cited[year][building] is None for year in cited] == [True, True, False]
    assert "（2016）" in cited[2018]["democratic_life_meeting"]
