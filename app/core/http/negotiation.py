"""Which of the offered formats the Accept header wants."""

from collections.abc import Collection, Mapping

from fastapi import Request

from app.core.errors import NotAcceptable


def preferred(request: Request, offered: Collection[str], ranges: Mapping[str, str]) -> str:
    """The first acceptable format, by quality and then by order.

    ``ranges`` says which format is sent to those who ask for ``*/*``, ``text/*`` and the like.

    Raises:
        NotAcceptable: none of the asked formats is offered.
    """
    asked: list[tuple[float, str]] = []
    for entry in request.headers.get("accept", "*/*").split(","):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        asked.append((float(quality) if _is_number(quality) else 0.0, media_type.lower()))
    for weight, wanted in sorted(asked, key=lambda pair: -pair[0]):
        named = ranges.get(wanted, wanted)
        if weight > 0 and named in offered:
            return named
    raise NotAcceptable(f"只提供 {'、'.join(offered)}。")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
