"""A stop moved by hand."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.registry import Slug
from core.rules.moves import Wish

_STOP = "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11"
_ROUND = "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7"


class MoveRequest(BaseModel):
    """Which stop goes where; or, with bin_id, which bin comes on a round that is on none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"stop_id": _STOP, "to_round_id": _ROUND, "before_stop_id": None},
                {"bin_id": "old-town-18", "to_round_id": _ROUND},
                {"stop_id": _STOP, "to_round_id": None},
            ]
        },
    )

    stop_id: UUID | None = Field(default=None, description="The stop; it must be open.")
    bin_id: Slug | None = Field(default=None, description="A bin that is on no round.")
    to_round_id: UUID | None = Field(
        default=None, description="The round it goes to; null: the stop is taken off."
    )
    before_stop_id: UUID | None = Field(
        default=None, description="The open stop it comes before; null: after the last bin."
    )

    def wish(self) -> Wish:
        """Return it for inside."""
        return Wish(
            stop_id=self.stop_id,
            bin_id=self.bin_id,
            to_round_id=self.to_round_id,
            before_stop_id=self.before_stop_id,
        )
