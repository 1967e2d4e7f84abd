"""What probes read."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Alive(BaseModel):
    """The process answers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "alive", "version": "0.1.0"}]}
    )

    status: Literal["alive"] = "alive"
    version: str


class Ready(BaseModel):
    """The database answers and has its tables."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ready"}]})

    status: Literal["ready"] = "ready"
