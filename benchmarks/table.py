"""The one table at the end."""

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from benchmarks.rounds import Spread


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: its figure over the rounds and what is asked of it, if anything."""

    measure: str
    where: str
    figure: Spread
    unit: str = ""
    asked: float | None = None
    sense: Literal["at least", "at most"] = "at least"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the median meets what is asked; None when nothing is."""
        if self.asked is None:
            return None
        if self.sense == "at least":
            return self.figure.middle >= self.asked
        return self.figure.middle <= self.asked


def show(lines: list[Line], title: str) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left")
    for heading in ("measure", "on", "median", "lowest – highest", "asked", "met", "note"):
        table.add_column(heading, no_wrap=heading != "note", overflow="fold")
    for line in lines:
        figure = line.figure
        asked = (
            ""
            if line.asked is None
            else f"{'≥' if line.sense == 'at least' else '≤'} {line.asked:g}"
        )
        table.add_row(
            line.measure,
            line.where,
            f"{_short(figure.middle)} {line.unit}".strip(),
            "" if figure.low == figure.high else f"{_short(figure.low)} – {_short(figure.high)}",
            asked,
            {None: "", True: "yes", False: "NO"}[line.met],
            line.note,
        )
    Console(width=150).print(table)


def _short(figure: float) -> str:
    if abs(figure) >= 100:
        return f"{figure:.0f}"
    return f"{figure:.3g}"
