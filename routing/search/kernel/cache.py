"""Where the compiled search is kept: a folder for these very sources.

numba looks only at the file a function stands in, not at those it calls. So the folder is named by
a digest of all of them, and a changed search is compiled anew.
"""

import ast
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numba
from llvmlite.binding import get_host_cpu_name

VARIABLE = "BRIMFUL_SEARCH_CACHE_DIR"
_SOURCES = Path(__file__).parent


def digest() -> str:
    """Return a digest of what the compiled search depends on.

    The sources without comments and docstrings, the compiler, the interpreter and the processor.
    """
    processor = os.environ.get("NUMBA_CPU_NAME") or get_host_cpu_name()
    # numba takes a function for another one when its file has moved or was touched
    entry = _SOURCES / "entry.py"
    place = f"{entry} {entry.stat().st_mtime_ns}"
    found = hashlib.sha256(f"{numba.__version__} {sys.version} {processor} {place}\n".encode())
    for path in sorted(_SOURCES.glob("*.py")):
        found.update(f"{path.name}\n{_code(path)}\n".encode())
    return found.hexdigest()[:16]


def _code(path: Path) -> str:
    """Return what a source does: its syntax tree without docstrings."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = [
                part
                for part in node.body
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]
    return ast.dump(tree)


def cache_folder() -> Path:
    """Return a folder that can be written to, with what has been compiled already.

    The first of these: BRIMFUL_SEARCH_CACHE_DIR, the user's cache folder, and where neither can be
    written to (a container's read-only file system), the folder for temporary files, with a copy
    of what the first has.
    """
    name = f"search-{digest()}"
    wanted = [Path(os.environ[VARIABLE])] if os.environ.get(VARIABLE) else [_user_cache()]
    folder = wanted[0] / name
    if _writable(folder):
        return folder
    temporary = Path(tempfile.gettempdir()) / f"brimful-{os.getuid()}" / name
    if folder.is_dir() and not temporary.exists():
        # beside it and renamed, so that nobody reads half a copy
        copy = Path(tempfile.mkdtemp(prefix="brimful-search-"))
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        temporary.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            copy.rename(temporary)
        except OSError:
            shutil.rmtree(copy, ignore_errors=True)
    return temporary


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "brimful"
    except RuntimeError:
        return Path("/nonexistent")


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
