"""What axe finds on a page that keeps people out."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "api/web/node_modules/axe-core/axe.min.js"


async def violations(page: Page) -> list[str]:
    """Return everything axe finds, at each place."""
    return _told(await _found(page, "{}"))


async def serious(page: Page, options: str = "{}") -> list[str]:
    """Return what is serious or critical, at each place; ``options`` of axe.run, as JavaScript."""
    found = await _found(page, options)
    return _told([one for one in found if one["impact"] in {"serious", "critical"}])


async def _found(page: Page, options: str) -> list[dict[str, Any]]:
    # by the debugger: the page's own policy forbids scripts that are not its files
    await page.evaluate(_SOURCE.read_text("utf-8"))
    found: list[dict[str, Any]] = (await page.evaluate(f"axe.run({options})"))["violations"]
    return found


def _told(found: list[dict[str, Any]]) -> list[str]:
    return [
        f"{one['id']}: {node['html']} {node['any'][:1]}" for one in found for node in one["nodes"]
    ]
