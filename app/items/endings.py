"""Endings that are taken back: what a record was until that day stays what it was."""

from datetime import date

from sqlalchemy import insert

from app.core.ids import new_id
from app.core.unit import Unit
from app.items.models import Item, WithdrawnEnding
from app.items.rules import Status


def keep_ending(unit: Unit, item: Item, status: Status, since: date) -> None:
    """Keep, for questions about past days, an ending that is being taken back today.

    One that began today leaves no day on which it held.
    """
    today = unit.today(item.organization.time_zone)
    if since >= today:
        return
    unit.session.execute(
        insert(WithdrawnEnding).values(
            id=new_id(),
            item_id=item.id,
            status=status,
            active_from=since,
            active_until=today,
        )
    )
