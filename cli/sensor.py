"""``brimful sensor ...``: from the box to the bin, and what lets a sensor publish as itself."""

import typer

from cli.sensor_credentials import credentials_command, revoke_command
from cli.sensor_import import import_command
from cli.sensor_leaving import retire_command, unmount_command
from cli.sensor_list import list_command
from cli.sensor_one import add_command, device_command, mount_command, swap_command

app = typer.Typer(
    help="Sensors: register, mount, swap and retire them; their credentials at the broker.",
    no_args_is_help=True,
)
app.command("add")(add_command)
app.command("mount")(mount_command)
app.command("swap")(swap_command)
app.command("unmount")(unmount_command)
app.command("retire")(retire_command)
app.command("device")(device_command)
app.command("import")(import_command)
app.command("list")(list_command)
app.command("credentials")(credentials_command)
app.command("revoke")(revoke_command)
