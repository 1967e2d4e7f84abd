import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.command import PROGRAM


def status(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    return subprocess.run(
        [*PROGRAM, "migrate", "--status"],
        cwd=folder,
        env={**clean, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_settings_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BRIMFUL_X=\xe9\n")
    done = status(tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path / '.env'} cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named_by_its_variable(tmp_path: Path) -> None:
    done = status(tmp_path, BRIMFUL_MQTT_PORT="70000")
    assert done.returncode == 1
    assert "BRIMFUL_MQTT_PORT: " in done.stderr


@pytest.mark.parametrize("url", ["postgresql://u:sec%zzret@h/x", "mysql://u:secret@h/x"])
def test_a_wrong_database_url_shows_no_password(tmp_path: Path, url: str) -> None:
    done = status(tmp_path, BRIMFUL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "BRIMFUL_DATABASE_URL cannot be used" in done.stderr
    assert "sec" not in done.stderr + done.stdout
