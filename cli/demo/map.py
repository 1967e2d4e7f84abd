"""The demo's map: the town's own streets, drawn as a real town's would be."""

from collections.abc import Callable
from pathlib import Path

from maps.about import About
from maps.building import build_map


async def build_town_map(extract: Path, out: Path, *, told: Callable[[str], None]) -> str:
    """Build the map of the town from what its roads were built from; return what there is to say.

    Raises MapError.
    """
    file = await build_map(
        extract,
        out=out,
        on_progress=lambda step, share: told(step if share is None else f"{step} {share:.0%}"),
    )
    things = About.read(file).things
    return (
        f"{things['roads']} streets, {things['buildings']} houses, a river; "
        f"{file.stat().st_size / 1e3:,.0f} kB of tiles"
    )
