"""How many examples property tests take, and a counter of SQL statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from sqlalchemy import event

# What a newcomer and CI run is the same every time: a failure comes from the change at hand. A long
# run looks for what nobody thought of. No limit of either depends on the speed of the machine.
USUAL, LONG = "usual", "long"
USUAL_EXAMPLES = 100
AT_ANY_SPEED = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(USUAL, parent=AT_ANY_SPEED, derandomize=True, max_examples=USUAL_EXAMPLES)
settings.register_profile(
    LONG, parent=AT_ANY_SPEED, derandomize=False, max_examples=15 * USUAL_EXAMPLES, print_blob=True
)


def many(usual: int) -> int:
    """How many examples, rounds or records a test takes: `usual`, and in a long run more."""
    return usual * settings().max_examples // USUAL_EXAMPLES


def examples(usual: int, *, shared: bool = False) -> settings:
    """Settings of a property test that takes this many examples in a usual run.

    Shared: the fixtures of the test outlive its examples; each makes what it needs of its own.
    """
    ignored = [*settings().suppress_health_check]
    if shared:
        ignored.append(HealthCheck.function_scoped_fixture)
    return settings(max_examples=many(usual), suppress_health_check=ignored)


@contextmanager
def counted_statements(app: FastAPI) -> Iterator[list[str]]:
    """The SQL statements that the application sends while the block runs."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    engine = app.state.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
