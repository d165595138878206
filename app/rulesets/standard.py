"""The rule set that is shipped with the program, read once."""

from functools import cache
from pathlib import Path

from app.rulesets.documents import STANDARD, StandardDocument
from app.rulesets.resolution import Layer
from app.shelves.submissions import from_yaml

FILE = Path(__file__).with_name("standard.yaml")


@cache
def standard() -> StandardDocument:
    """The shipped document; its ``version`` grows with every change of it."""
    return from_yaml(FILE.read_bytes(), StandardDocument).document


def standard_layer() -> Layer:
    """The shipped set as the beginning of chains."""
    document = standard()
    return Layer(STANDARD, document.version, document)
