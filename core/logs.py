"""Structured logs: events with fields, for people on a console or as JSON lines."""

import logging
import sys
from typing import Literal

import structlog

# One list for ever: a logger keeps the one it first spoke with, and is to follow a later form.
_processors: list[structlog.typing.Processor] = []


def configure_logs(*, level: str, form: Literal["console", "json"]) -> None:
    """Send structlog and the standard library's logging to stderr in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        # plain: with the values of all variables one error fills a disk, and shows secrets
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    _processors[:] = [
        structlog.stdlib.filter_by_level,
        *shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ]
    structlog.configure(
        processors=_processors,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info if form == "json" else _keep,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # a line for each request of a simulated phone would hide everything else
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # whoever waits for the database says so; the pool would repeat it for each attempt
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _keep(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leave exceptions to the console renderer, which draws them itself."""
    return event


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of one module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def request_id() -> str | None:
    """Return the id of the HTTP request that is being served; None outside of one."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found
