"""Rounds: everything is measured in turn, several times; only ratios within a round count.

The speed of a shared machine drifts by a factor of two within minutes. A ratio of two neighbouring
measurements cancels the drift; the median over rounds drops the outliers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Load, Target, put_load

Round = Mapping[str, Load]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the extremes of a figure over the rounds."""

    middle: float
    low: float
    high: float


def run_rounds(
    targets: Mapping[str, Target], *, rounds: int, seconds: float, say: Callable[[str], None]
) -> list[Round]:
    """Measure every target once a round, in the order given, after a warm-up of a second."""
    for target in targets.values():
        put_load(target, 1)
    measured: list[Round] = []
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}")
        measured.append({name: put_load(target, seconds) for name, target in targets.items()})
    return measured


def spread(figures: Sequence[float]) -> Spread:
    """Return the median with the extremes."""
    return Spread(median(figures), min(figures), max(figures))


def failures(rounds: Sequence[Round], name: str) -> int:
    """Count the requests of a target that failed."""
    return sum(loads[name].failures for loads in rounds)
