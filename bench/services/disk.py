"""A small disk in memory that can be filled to the brim, and get its space back."""

import subprocess
from pathlib import Path

_BALLAST = "ballast"
_STEP = 65_536


class SmallDisk:
    """A tmpfs mounted on a folder; `fill` leaves nothing free, `give_back` takes that away."""

    def __init__(self, folder: Path, *, size_mb: int) -> None:
        """Mount it. Needs root."""
        self.folder = folder
        self._ballast = folder / _BALLAST
        _run("mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "tmpfs", folder)

    def fill(self) -> None:
        """Take all the space there is."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(bytes(_STEP)) == _STEP:
                    pass
            except OSError:
                return

    def give_back(self) -> None:
        """Give back what `fill` took."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it, whoever still has a file open."""
        self.unmount(self.folder)

    @staticmethod
    def unmount(folder: Path) -> None:
        """Unmount whatever is mounted on a folder."""
        _run("umount", "--lazy", folder)


def _run(*arguments: str | Path) -> None:
    subprocess.run([str(a) for a in arguments], check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - mount and umount of our own folders
