"""Open a unit of work: the frame of every read and every change."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.access.queries import authenticate
from app.core.audit import seal
from app.core.clock import Clock
from app.core.database import Database
from app.core.uow import Actor, Credentials, UnitOfWork


@contextmanager
def unit_of_work(
    database: Database, clock: Clock, requester: Actor | Credentials, *, write: bool
) -> Iterator[UnitOfWork]:
    """Open one transaction in which the actor is authenticated and the audit trail is sealed.

    It commits when the block ends, before anybody is answered, and rolls back when it fails.

    Raises:
        AuthenticationRequired: the credentials are not valid.
        Forbidden: they may only read, and the request is one for a change
            (``Credentials.changes``), also while it only reads to prepare it.
    """
    with database.writing() if write else database.reading() as connection:
        if isinstance(requester, Actor):
            uow = UnitOfWork(connection, requester, clock)
        else:
            actor = authenticate(connection, requester.token, clock.now(), write=requester.changes)
            uow = UnitOfWork(connection, actor, clock, requester.request_id, requester.address)
        try:
            yield uow
            if write:
                uow.flush()
                seal(uow)
        finally:
            uow.close()
