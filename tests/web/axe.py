"""What axe finds on a page that keeps people out."""

from pathlib import Path

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "api/web/node_modules/axe-core/axe.min.js"


async def serious(page: Page) -> list[str]:
    """Return what is serious or critical, each with the first place it is found at."""
    # by the debugger: the page's own policy forbids scripts that are not its files
    await page.evaluate(_SOURCE.read_text())
    found = await page.evaluate("axe.run()")
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['target']})"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
