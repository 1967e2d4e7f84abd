"""The broker reads what Brimful writes although neither is root, as the containers run them."""

import os
import re
import shutil
import subprocess

import pytest

from tests.deploy.two_users import BROKER, GROUP, OURS, ROOT, Installed, as_user

# The child writes two files and ends; no thread of the parent holds a lock that it needs.
pytestmark = pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")


def as_documented(installed: Installed) -> None:
    """Make the folders by the commands of "Without Docker", with numbers for the users."""
    text = (ROOT / "docs" / "operating.md").read_text()
    commands = re.findall(r"^    install -d -o .*$", text, re.MULTILINE)
    assert commands, "docs/operating.md does not say whose the folders are"
    for folder in (installed.shared, installed.secrets, installed.data):
        shutil.rmtree(folder)
    for command in commands:
        numbered = re.sub(r"-o brimful\b", f"-o {OURS}", command)
        numbered = re.sub(r"-o mosquitto\b", f"-o {BROKER}", numbered)
        numbered = re.sub(r"-g mosquitto\b", f"-g {GROUP}", numbered)
        numbered = numbered.replace(" /mosquitto/", f" {installed.folder}/")
        subprocess.run(numbered.split(), check=True, timeout=10)


@pytest.mark.parametrize("without_docker", [False, True])
def test_the_broker_starts_with_what_brimful_wrote(
    installed: Installed, *, without_docker: bool
) -> None:
    if without_docker:
        as_documented(installed)
    installed.write("s0")

    def must_not_read() -> None:
        with pytest.raises(PermissionError):
            (installed.shared / "ca.key").read_bytes()

    as_user(BROKER, BROKER, must_not_read)
    with installed.running():
        assert installed.users() == ["ingest", "gateway", "s0"]
    said = installed.log()
    # Mosquitto says so where others may read a file, or another one owns it
    assert "Warning" not in said, said
    assert "rror" not in said, said


def test_root_is_told_to_start_it_as_another_user(installed: Installed) -> None:
    """Mosquitto would become another user, who could not read what root wrote."""
    installed.write("s0")
    said = installed.refused(user=0)
    assert "run me as the user Mosquitto shall be, not as root" in said
    assert "docs/operating.md" in said
    assert not list(installed.secrets.iterdir())


def test_a_folder_of_another_user_is_named(installed: Installed) -> None:
    installed.write("s0")
    os.chown(installed.secrets, 0, 0)
    said = installed.refused()
    assert f"install -d -o {BROKER} -g {BROKER} -m 700 {installed.secrets}" in said
