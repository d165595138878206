"""What only rectifications are asked for."""

from datetime import date

from sqlalchemy import ColumnElement, Date, bindparam, func

from app.items.history import took_step
from app.rectifications.rules import StepName

_ANY_DAY = date.max


def was_returned(_name: str) -> ColumnElement[bool]:
    """A filter: returned after it was handed in, by the list's day or, without one, ever."""
    day = func.coalesce(bindparam("as_of", type_=Date), _ANY_DAY)
    return took_step(StepName.RETURNED, day)
