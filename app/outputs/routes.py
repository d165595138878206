"""The routes of outputs: those that every kind has."""

from app.items.kinds import Kind, among
from app.items.routes import record_router
from app.items.rules import ItemKind
from app.outputs.models import Output
from app.outputs.schemas import OutputFilters, OutputRead, OutputSummary, OutputWrite

OUTPUT = Kind(
    name=ItemKind.OUTPUT,
    plural="outputs",
    label="成果",
    model=Output,
    write=OutputWrite,
    read=OutputRead,
    summary=OutputSummary,
    filters=OutputFilters,
    statements={"change": among(Output.change)},
)
router = record_router(OUTPUT)
