"""How the responsibility list stands: done in time, done late, missing, waived.

Nothing is said of what is not due yet.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from app.report.blocks import Block
from app.report.composition import wording
from app.report.composition.counts import Clause, Slots, join_clauses
from app.report.composition.rules.duties import EACH_BY_ITSELF, ITEM, in_order, thing
from app.report.composition.writer import Writer
from app.report.knowledge import DutyCoverage, Waived

LONGEST_REASON = 60


class State(NamedTuple):
    """How things owed stand: the feature that it gives a phrase, its name, which things."""

    feature: str
    name: str
    ids: Sequence[str]


def coverage(writer: Writer, where: str) -> list[Block]:
    """How many of the things owed are done in time, late, or not; what was waived, and why."""
    lines = in_order(writer)
    states = (
        State("in_time", "按时完成", [one for line in lines for one in line.done]),
        State("late", "逾期完成", [one for line in lines for one in line.done_late]),
        State("missing", "到期未完成", [one.id for line in lines for one in line.missing]),
    )
    owed = [one for state in states for one in state.ids]
    alone = set() if owed else {"alone"}
    sentences = []
    if owed:
        sentences.append(_said(writer, where, "coverage", *_standing(writer, states, owed)))
        late = [one for line in lines for one in line.late_entries]
        slots: Slots = {"count": writer.counting.of("occurrence", late, ITEM, "补录")}
        if late:
            features = {"all"} if len(late) == len(owed) else set()
            sentences.append(_said(writer, where, "coverage.late_entries", features, slots))
        sentences += _by_place(writer, where, lines)
    unlinked = [one for line in lines for one in line.unlinked]
    if unlinked:
        slots = {
            "count": writer.counting.of("occurrence", unlinked, ITEM, "未关联记录"),
            "kinds": _kinds(writer, lines),
        }
        sentences.append(_said(writer, where, "coverage.unlinked", alone, slots))
    return [*sentences, *_waived(writer, where, lines, set() if sentences else {"alone"})]


def _kinds(writer: Writer, lines: Sequence[DutyCoverage]) -> Clause:
    """Which things wait for somebody to link their records: （党费收缴12项和简报一项）."""
    by_name: dict[str, list[str]] = {}
    for line in lines:
        if line.unlinked:
            by_name.setdefault(wording.clean(line.name), []).extend(line.unlinked)
    if len(by_name) == 1:
        return Clause(f"（{next(iter(by_name))}）")
    ranked = sorted(by_name.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    told = [
        name + writer.counting.of("occurrence", ids, ITEM, f"{name}未关联记录")
        for name, ids in ranked
    ]
    if len(told) > wording.NAMES_LIMIT:
        return "（" + join_clauses(told[: wording.NAMES_SHOWN], last="、") + "等）"
    return "（" + join_clauses(told) + "）"


def _said(writer: Writer, where: str, rule: str, features: set[str], slots: Slots) -> Block:
    return writer.sentence(f"{where}.{rule}", writer.say(rule, features, slots), ())


def _standing(
    writer: Writer, states: Iterable[State], owed: Sequence[str]
) -> tuple[set[str], Slots]:
    count = writer.counting.of
    present = [state for state in states if state.ids]
    slots: Slots = {
        "as_of": writer.as_of,
        "owed": count("occurrence", owed, ITEM, "应完成"),
        "parts": join_clauses(
            [one.name + count("occurrence", one.ids, ITEM, one.name) for one in present], "、"
        ),
    }
    features = {"one"} if len(owed) == 1 else {"many"}
    if len(present) == 1:
        features.add(present[0].feature)
    elif present[-1].feature != "missing":
        features.add("all_done")
    return features, slots


def _by_place(writer: Writer, where: str, lines: Sequence[DutyCoverage]) -> list[Block]:
    """How many organisations lack nothing, when some of several do."""
    owing = {line.organization_id for line in lines if line.owed}
    lacking = {line.organization_id for line in lines if line.missing}
    if not lacking or owing == lacking:
        return []
    count = writer.counting.of
    slots: Slots = {
        "places": count("organization", sorted(owing), "个", "列有责任事项的党组织"),
        "whole": count("organization", sorted(owing - lacking), "个", "没有缺项的党组织"),
    }
    return [_said(writer, where, "coverage.places", set(), slots)]


def _waived(
    writer: Writer, where: str, lines: Sequence[DutyCoverage], alone: AbstractSet[str]
) -> list[Block]:
    """What was waived: a few with their reasons, more as a number."""
    found = [(line, one) for line in lines for one in line.waived]
    if not found:
        return []
    ids = [one.id for _, one in found]
    slots: Slots = {
        "count": writer.counting.of("occurrence", ids, ITEM, "免除"),
        "things": "；".join(_excused(writer, line, one) for line, one in found),
    }
    features = {*alone, "few"} if len(found) <= EACH_BY_ITSELF else {*alone}
    return [_said(writer, where, "coverage.waived", features, slots)]


def _excused(writer: Writer, line: DutyCoverage, one: Waived) -> str:
    reason = wording.clean(one.reason).rstrip("。；;.")
    name = thing(writer, line, one)
    return f"{name}，原因是{reason}" if len(reason) <= LONGEST_REASON else name
