"""Structured logs: one JSON object a line, so that nothing a user types can forge a line."""

import logging
import sys
from types import FrameType, TracebackType

import structlog
from structlog.types import EventDict, WrappedLogger

from app.core.settings import Settings


def _exception_place(_logger: WrappedLogger, _name: str, entry: EventDict) -> EventDict:
    """The kind and the place of an exception; its text may quote personal data and is left out."""
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["trace"] = _trace(error.__traceback__)
    return entry


def _trace(traceback: TracebackType | None) -> list[str]:
    places: list[str] = []
    while traceback is not None:
        frame: FrameType = traceback.tb_frame
        places.append(f"{frame.f_code.co_filename}:{traceback.tb_lineno} {frame.f_code.co_name}")
        traceback = traceback.tb_next
    return places[-12:]


def configure(settings: Settings) -> None:
    """Set up logging for the whole process; uvicorn's own access log is replaced by ours."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_place,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
