"""Outputs as a kind of record."""

from app.items.kinds import Kind, among
from app.items.rules import ItemKind
from app.outputs.models import Output
from app.outputs.rules import MEASURES, OutputType
from app.outputs.schemas import OutputFilters, OutputRead, OutputSummary, OutputWrite

KIND = Kind(
    name=ItemKind.OUTPUT,
    plural="outputs",
    label="成果",
    tag="成果：制度、课题、文章等",
    types=OutputType.labels(),
    measure="项",
    measures=MEASURES,
    model=Output,
    write=OutputWrite,
    read=OutputRead,
    summary=OutputSummary,
    filters=OutputFilters,
    statements={"change": among(Output.change)},
)
