"""The states of a kept document: pure."""

from enum import StrEnum


class ShelfStatus(StrEnum):
    """Whether a kept document applies by itself, lies ready, or is out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"
