"""The sheets that are shipped with the program, read once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.assessment.sheets.documents import SheetDocument
from app.core.schemas import Model
from app.shelves.submissions import from_yaml

FILE = Path(__file__).parents[1] / "standard.yaml"
QUARTERLY = "quarterly"


class ShippedSheets(Model):
    """The file of shipped sheets."""

    sheets: Annotated[list[SheetDocument], Field(min_length=1)]


@cache
def shipped_sheets() -> Mapping[str, SheetDocument]:
    """The shipped sheets by code; a tree that changes one goes its own way from then on."""
    found = from_yaml(FILE.read_bytes(), ShippedSheets).document.sheets
    return {sheet.code: sheet for sheet in found}
