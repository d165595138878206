"""What the organisations below still owe, as totals, and what answers it."""

from app.kinds import KINDS
from app.report.blocks import Block
from app.report.composition.counts import Clause, Slots, join_clauses
from app.report.composition.totals import counted
from app.report.composition.writer import Writer
from app.report.facts import Tally

_RECTIFYING = frozenset({"open", "in_progress"})


def told(writer: Writer) -> list[tuple[str, list[Block]]]:
    """The sentences of each kind of shortcoming that there is."""
    found = (("below.unfinished", _unfinished(writer)), ("below.missed", _missed(writer)))
    return [(code, [writer.sentence(f"p2.{code}.total", said, ())]) for code, said in found if said]


def answered(writer: Writer) -> list[tuple[str, Clause]]:
    """What will be done about each of them, in the same order."""
    found = (("below.unfinished", _finish(writer)), ("below.missed", _make_good(writer)))
    return [(code, deed) for code, deed in found if deed]


def _problems(writer: Writer) -> tuple[list[Tally], list[Tally], list[Tally]]:
    """Rectifications that are not finished, those of them overdue, those once returned."""
    found = [tally for tally in writer.fact_set.tallies if tally.kind == "rectification"]
    return (
        [tally for tally in found if tally.status in _RECTIFYING],
        [tally for tally in found if tally.condition == "overdue"],
        [tally for tally in found if tally.condition == "returned"],
    )


def _numbers(writer: Writer) -> tuple[Slots, set[str]]:
    unfinished, late, back = _problems(writer)
    features = {name for name, found in (("late", late), ("returned", back)) if found}
    if sum(tally.records for tally in late) == sum(tally.records for tally in unfinished):
        features.add("all_late")
    slots: Slots = {
        "as_of": writer.as_of,
        "who": writer.say("tally.who", set(), {}),
        "total": counted(writer, unfinished, "个", "尚未完成整改"),
        "late": counted(writer, late, "个", "逾期"),
        "places": counted(writer, late, "个", "党组织", measure="organizations"),
        "returned": counted(writer, back, "个", "退回"),
    }
    return slots, features


def _unfinished(writer: Writer) -> Clause:
    if not _problems(writer)[0]:
        return Clause()
    slots, features = _numbers(writer)
    return writer.say("tally.unfinished", features, slots)


def _finish(writer: Writer) -> Clause:
    if not _problems(writer)[0]:
        return Clause()
    slots, features = _numbers(writer)
    return writer.say("tally_plan.unfinished", features, slots)


def _owed(writer: Writer) -> Clause:
    """What is planned and overdue, by kind."""
    late = [tally for tally in writer.fact_set.tallies if tally.status == "planned"]
    return join_clauses(
        [
            kind.label + counted(writer, tallies, kind.measure, kind.label)
            for kind in KINDS
            if (tallies := [tally for tally in late if tally.kind == kind.name])
        ]
    )


def _missed(writer: Writer) -> Clause:
    owed = _owed(writer)
    slots: Slots = {
        "as_of": writer.as_of,
        "who": writer.say("tally.who", set(), {}),
        "things": owed,
    }
    return writer.say("tally.missed", set(), slots) if owed else owed


def _make_good(writer: Writer) -> Clause:
    owed = _owed(writer)
    return writer.say("tally_plan.missed", set(), {"things": owed}) if owed else Clause()
