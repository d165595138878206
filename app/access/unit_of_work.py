"""The frame of every change and every read: a session, an actor, a sealed trail, one commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.access.queries import authenticate
from app.core.audit import seal
from app.core.clock import Clock
from app.core.database import Database
from app.core.uow import Actor, Credentials, UnitOfWork


@contextmanager
def unit_of_work(
    database: Database, clock: Clock, who: Actor | Credentials, *, write: bool
) -> Iterator[UnitOfWork]:
    """One transaction: the actor is authenticated in it, the trail is sealed in it.

    Everything is committed when the block ends, before anybody is answered; nothing when it fails.
    Who may not change anything is refused before the reading for a change, too
    (``Credentials.changes``).
    """
    with database.writing() if write else database.reading() as connection:
        if isinstance(who, Actor):
            uow = UnitOfWork(connection, who, clock)
        else:
            actor = authenticate(connection, who.token, clock.now(), write=who.changes)
            uow = UnitOfWork(connection, actor, clock, who.request_id, who.address)
        try:
            yield uow
            if write:
                uow.flush()
                seal(uow)
        finally:
            uow.close()
