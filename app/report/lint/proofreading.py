"""Proofreads a whole report."""

from collections.abc import Iterable, Sequence

from app.report.lint.lines import Hint, Line
from app.report.lint.structure import structure_hints
from app.report.lint.text_rules import line_hints


def proofread(lines: Sequence[Line], year: int, further: Iterable[Hint] = ()) -> tuple[Hint, ...]:
    """All hints in reading order, errors first at the same place.

    The year decides which set phrases were in use; ``further`` are hints of the same lines that
    need more than their text. Nothing is changed and nothing is blocked.
    """
    order = {line.id: position for position, line in enumerate(lines)}
    hints = [
        *further,
        *structure_hints(lines),
        *(hint for line in lines for hint in line_hints(line, year)),
    ]
    return tuple(
        sorted(
            hints,
            key=lambda hint: (order[hint.line_id], hint.severity != "error", hint.start, hint.code),
        )
    )
