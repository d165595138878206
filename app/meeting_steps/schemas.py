"""How the rows of the four steps become payloads."""

from typing import Any, TypeVar

from app.core.schemas import Model

Shown = TypeVar("Shown", bound=Model)


def shown(model: type[Shown], row: object, **more: Any) -> Shown:
    """A row as a payload: the fields of the payload by name, beside those that are given."""
    own = {name: getattr(row, name) for name in model.model_fields if name not in more}
    return model.model_validate({**own, **more})
