"""Many rows in one statement, with the values that the columns' types take."""

from datetime import date

from sqlalchemy import Column, Date, Integer, MetaData, String, Table, Text, select

from app.core import bulk
from app.core.columns import day_of, raw, uuid_of
from app.core.database import CompactUuid
from app.core.ids import new_id
from tests.support.world import World

PROBE = Table(
    "bulk_probe",
    MetaData(),
    Column("id", CompactUuid, primary_key=True),
    Column("held_on", Date),
    Column("number", Integer),
    Column("words", String(20)),
    Column("more", Text),
)
COLUMNS = ("id", "held_on", "number", "words")


def test_rows_arrive_as_they_are(world: World) -> None:
    words = ("党课", "a,b", '{"x"}', "NULL", "")
    rows = [
        (
            new_id(),
            date(2018, 2, 1 + number % 28) if number % 3 else None,
            number,
            words[number % 5],
        )
        for number in range(2 * bulk.BATCH + 1)
    ]
    with world.app.state.database.reading() as connection:
        PROBE.create(connection)
        bulk.insert_rows(connection, PROBE, COLUMNS, [])
        bulk.insert_rows(connection, PROBE, COLUMNS, rows)
        found = connection.execute(select(PROBE).order_by(PROBE.c.number)).all()
        assert [tuple(row) for row in found] == [(*row, None) for row in rows]
        cells = select(raw(PROBE.c.id), raw(PROBE.c.held_on)).order_by(PROBE.c.number)
        told = [(uuid_of(one), day and day_of(day)) for one, day in connection.execute(cells)]
        assert told == [row[:2] for row in rows]
        by_raw = sorted(connection.execute(cells), key=lambda row: row[0])
        assert [uuid_of(row[0]) for row in by_raw] == sorted(row[0] for row in rows)
        connection.rollback()
