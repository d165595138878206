"""Many rows in one statement, with the values that the columns' types take."""

import json
from datetime import date
from operator import itemgetter
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, String, Table, Text, func, select

from app.core import database
from app.core.columns import id_text, json_rows
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
        for number in range(2 * database.BATCH + 1)
    ]
    with world.app.state.database.reading() as connection:
        PROBE.create(connection)
        database.insert_rows(connection, PROBE, COLUMNS, [])
        database.insert_rows(connection, PROBE, COLUMNS, rows)
        found = connection.execute(select(PROBE).order_by(PROBE.c.number)).all()
        assert [tuple(row) for row in found] == [(*row, None) for row in rows]
        columns = id_text(PROBE.c.id), PROBE.c.held_on, PROBE.c.number, PROBE.c.words
        ((text, first),) = connection.execute(
            select(json_rows(*columns), func.min(id_text(PROBE.c.id)))
        )
        cells = sorted(json.loads(text), key=itemgetter(2))
        read = [(UUID(id_), day and date.fromisoformat(day), *more) for id_, day, *more in cells]
        assert read == rows
        assert UUID(first) == min(row[0] for row in rows), "texts sort as the ids do"
        connection.rollback()
