"""Structured logs: one JSON object a line, so that no user input can forge a line."""

import logging
import sys
from types import TracebackType

import structlog
from structlog.types import EventDict, WrappedLogger

from app.core.settings import Settings

INNERMOST_FRAMES = 12


def _without_message(_logger: WrappedLogger, _name: str, entry: EventDict) -> EventDict:
    """Log an exception's type and place only: its message may quote personal data."""
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["trace"] = _trace(error.__traceback__)
    return entry


def _trace(traceback: TracebackType | None) -> list[str]:
    lines: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return lines[-INNERMOST_FRAMES:]


def configure(settings: Settings) -> None:
    """Set up logging for the process; our access log stands in for uvicorn's."""
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
            _without_message,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
