"""How often the responsibility list makes organisations hold the meetings of 三会一课."""

from app.report.composition.tables import COLUMN_OF, Owed
from app.report.facts import FactSet, RecordId
from app.report.knowledge import DutyCoverage


def owed_meetings(fact_set: FactSet) -> tuple[Owed, ...]:
    """What was owed by the report's day, once for each organisation and column of the table.

    Duties with a condition of their own (the secretary's lecture) are part of what another line
    owes; where several lines owe the same kind, the one that owes most tells how often.
    """
    most: dict[tuple[RecordId, str], Owed] = {}
    for line in fact_set.duties:
        column = _column(line)
        times = len(line.owed)
        if column is None or not times:
            continue
        key = line.organization_id, column
        if key not in most or most[key].times < times:
            owed = Owed(line.organization_id, line.organization_name, line.meeting_types[0], times)
            most[key] = owed
    return tuple(most.values())


def _column(line: DutyCoverage) -> str | None:
    """The one column that all meetings of a duty stand in; None for another kind of duty."""
    columns = {COLUMN_OF.get(type_) for type_ in line.meeting_types}
    return columns.pop() if len(columns) == 1 else None
