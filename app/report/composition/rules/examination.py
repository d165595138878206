"""Findings of the examination that nobody has explained: reminders by number and kind."""

from collections.abc import Sequence

from app.report.blocks import Block
from app.report.composition import wording
from app.report.composition.counts import Clause, Slots, join_clauses, unique
from app.report.composition.writer import Writer
from app.report.knowledge import OpenFinding

ASSEMBLY_FINDING, ASSEMBLY_DUTY = "quarter_without_assembly", "member_assembly"
_UNIT = "条"


def open_findings(writer: Writer) -> list[OpenFinding]:
    """The findings in a fixed order.

    An assembly that is told as missing from the list is not told a second time as a finding.
    """
    told = {
        line.organization_id
        for line in writer.fact_set.duties
        if line.code == ASSEMBLY_DUTY and line.missing
    }
    kept = [
        one
        for one in writer.fact_set.findings
        if one.code != ASSEMBLY_FINDING or one.organization_id not in told
    ]
    return sorted(kept, key=lambda one: (one.code, one.id))


def shortcoming(writer: Writer, where: str, found: Sequence[OpenFinding]) -> list[Block]:
    """How many reminders wait for somebody to look at them, and of which kinds."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for one in found:
        kinds.setdefault((one.code, wording.clean(one.name)), []).append(one.id)
    ranked = sorted(kinds.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    count = writer.counting.of
    parts = [name + count("finding", ids, _UNIT, name) for (_, name), ids in ranked]
    if len(parts) > wording.NAMES_LIMIT:
        told = join_clauses(parts[: wording.NAMES_SHOWN], last="、") + "等"
    else:
        told = join_clauses(parts, last="、")
    slots: Slots = {
        "as_of": writer.as_of,
        "total": count("finding", [one.id for one in found], _UNIT, "体检提示"),
        "parts": told,
        "kind": ranked[0][0][1],
        "all": "均" if len(found) > 1 else "",
    }
    features = {"one_kind"} if len(ranked) == 1 else set()
    clause = writer.say("open_findings", features, slots)
    told_of = {fact.id for fact in writer.fact_set.facts}
    concerned = unique(key for one in found for key in one.record_ids if key in told_of)
    return [writer.sentence(where, clause + Clause(ids=concerned), ())]


def answer(writer: Writer, found: Sequence[OpenFinding]) -> Clause:
    """What will be done about them."""
    ids = [one.id for one in found]
    slots: Slots = {"count": writer.counting.of("finding", ids, _UNIT, "体检提示")}
    return writer.say("plan_deed.findings", set(), slots)
