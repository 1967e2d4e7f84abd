"""``brimful broker files|certificates``: what Mosquitto has to know, written for it."""

import typer

from cli.broker_certificates import certificates_command
from cli.broker_files import files_command

app = typer.Typer(
    help="What the broker has to know: passwords, access list, certificate.",
    no_args_is_help=True,
)
app.command("files")(files_command)
app.command("certificates")(certificates_command)
