"""A next version of the screens: what was built under other names, the old ones gone."""

import hashlib
import re
import shutil
from pathlib import Path

import api
from tests.web.served import Served

MARKER = "newer"
"""The class of the next version's pages."""


async def bring_up_to_date(served: Served, folder: Path) -> None:
    """End the server, and start the next version of it at the same address."""
    _build(folder)
    await served.kill()
    # the checkout's own folder must not come before it
    served.change(PYTHONPATH=str(folder), PYTHONSAFEPATH="1")
    await served.start()


def _build(folder: Path) -> None:
    """Copy the package api with other screens into ``folder``."""
    own = Path(api.__file__).parent
    left_out = shutil.ignore_patterns("node_modules", "build", "src", "__pycache__")
    shutil.copytree(own, folder / "api", ignore=left_out)
    built = folder / "api" / "web" / "dist"
    renamed = {path.name: _next_name(path.name) for path in (built / "assets").iterdir()}
    for path in built.rglob("*"):
        if path.suffix in {".js", ".css", ".html", ".json"}:
            text = path.read_text()
            for old, new in renamed.items():
                text = text.replace(old, new)
            path.write_text(text)
    for old, new in renamed.items():
        (built / "assets" / old).rename(built / "assets" / new)
    _mark(built / "phone")


def _next_name(name: str) -> str:
    """Return the name that vite might give a file that is another one now."""
    kind = re.escape(Path(name).suffix)
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return re.sub(rf"-[\w-]{{8}}{kind}$", f"-{digest}{Path(name).suffix}", name)


def _mark(phone: Path) -> None:
    """Make the phone's page another one, which its worker learns by its revision."""
    page, worker = phone / "index.html", phone / "sw.js"
    page.write_text(page.read_text().replace("<html ", f'<html class="{MARKER}" '))
    revision = hashlib.sha256(page.read_bytes()).hexdigest()[:32]
    changed, count = re.subn(r"[0-9a-f]{32}", revision, worker.read_text())
    assert count
    worker.write_text(changed)
