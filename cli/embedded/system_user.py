"""Who the embedded PostgreSQL runs as: it refuses to run as root.

A normal user needs none of this. Root, as in a container or a CI job, gets a
system user of its own for the server; everything else goes on as root.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "brimful-embedded"
# Exists everywhere; taken where users cannot be added (an image without useradd).
FALLBACK = "nobody"


@dataclass(frozen=True, kw_only=True)
class SystemUser:
    """An account to give files to and to run the server as."""

    uid: int
    gid: int

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to this user."""
        if folder.stat().st_uid == self.uid:
            return
        for path in [*folder.rglob("*"), folder]:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def let_through(self, *folders: Path) -> None:
        """Let others pass (not read) the folders above: /root is closed as a rule."""
        for parent in {parent for folder in folders for parent in folder.parents}:
            mode = parent.stat().st_mode
            if not mode & 0o001:
                parent.chmod(mode | 0o001)


def choose_user() -> SystemUser | None:
    """The account for the server, made when missing; None when we are not root."""
    if os.geteuid() != 0:
        return None
    return _find(NAME) or _add(NAME) or _find(FALLBACK)


def run_as(user: SystemUser | None) -> dict[str, Any]:
    """The arguments that make subprocess start a program as `user`."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def _find(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(uid=entry.pw_uid, gid=entry.pw_gid)


def _add(name: str) -> SystemUser | None:
    useradd = shutil.which("useradd")
    if useradd is None:
        return None
    # Not checked: whether it worked, or another process was faster, the next look tells.
    subprocess.run(  # noqa: S603 - found on PATH, arguments of ours
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        check=False,
        capture_output=True,
    )
    return _find(name)
