import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cli.main import COMMANDS, app

HEAVY = ("ortools", "fastapi", "psycopg", "numpy", "aiomqtt")
LOADED = """
import sys
from cli.main import app
try:
    app({arguments!r})
except SystemExit as end:
    assert not end.code, end.code
print([name for name in {heavy!r} if name in sys.modules])
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert f"brimful {name}" in result.output or f"root {name}" in result.output


def test_the_help_has_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert all(f" {name} " in result.output for name in COMMANDS)


def test_a_mistyped_command_is_met_with_what_comes_near() -> None:
    result = CliRunner().invoke(app, ["decod"])
    assert result.exit_code == 2
    assert "decode" in result.output


def test_decoding_a_payload_loads_nothing_heavy() -> None:
    arguments = ["decode", "--device", "milesight-em400-mud", "0482e803"]
    program = LOADED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
