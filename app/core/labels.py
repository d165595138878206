"""Enumerations whose members bear what people call them."""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """A value and its label in Chinese for each member; it is its value and nothing else."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member of both; a finished enumeration is called with the value alone."""
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @classmethod
    def labels(cls) -> dict[Self, str]:
        """Return the label of each member, in their order."""
        return {member: member.label for member in cls}
