"""The table that a run prints."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.rounds import Spread


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: its figure over the rounds and the limit that the median must meet, if any."""

    measure: str
    where: str
    figure: Spread
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the median meets the limit; None when there is none."""
        if self.at_least is not None:
            return self.figure.middle >= self.at_least
        return None if self.at_most is None else self.figure.middle <= self.at_most

    @property
    def limit(self) -> str:
        """The limit in the table; empty when there is none."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"


def show(lines: list[Line], title: str) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left")
    for heading in ("measure", "on", "median", "lowest – highest", "asked", "met", "note"):
        table.add_column(heading, no_wrap=heading != "note", overflow="fold")
    for line in lines:
        figure = line.figure
        table.add_row(
            line.measure,
            line.where,
            f"{_short(figure.middle)} {line.unit}".strip(),
            "" if figure.low == figure.high else f"{_short(figure.low)} – {_short(figure.high)}",
            line.limit,
            {None: "", True: "yes", False: "NO"}[line.met],
            line.note,
        )
    Console(width=150).print(table)


def _short(figure: float) -> str:
    if abs(figure) >= 100:
        return f"{figure:.0f}"
    return f"{figure:.3g}"
