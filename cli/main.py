"""The ``brimful`` command: one subcommand for each thing a person or a service runs."""

import gc
import sys

# Loading takes a moment, and a Ctrl-C in it is no error to show a page of.
try:
    import typer

    from cli.loading import group_of
except KeyboardInterrupt:
    sys.exit(130)

COMMANDS = {
    "demo": "cli.demo.command:demo_command",
    "doctor": "cli.doctor:doctor_command",
    "migrate": "cli.migrate:migrate_command",
    "register": "cli.register:register_command",
    "ingest": "cli.ingest:ingest_command",
    "rejected": "cli.rejected:app",
    "sensor": "cli.sensor:app",
    "health": "cli.health:health_command",
    "emptyings": "cli.emptyings:emptyings_command",
    "recalibrate": "cli.recalibrate:recalibrate_command",
    "broker": "cli.broker:app",
    "decode": "cli.decode:decode_command",
    "roads": "cli.roads:app",
    "map": "cli.map:app",
    "forecast": "cli.forecast:forecast_command",
    "bin": "cli.bin:app",
    "plan": "cli.plan:plan_command",
    "replan": "cli.replan:replan_command",
    "photos": "cli.photos:app",
    "serve": "cli.serve:serve_command",
    "openapi": "cli.openapi:openapi_command",
    "token": "cli.token:app",
    "user": "cli.user:app",
    "crew": "cli.crew:app",
    "simulate": "cli.simulate:simulate_command",
    "replay": "cli.replay:replay_command",
    "evaluate": "cli.evaluate:evaluate_command",
    "report": "cli.report:report_command",
}
"""In the order of the help; each is loaded when it is called."""

app = typer.Typer(
    name="brimful",
    help="Reads how full every bin is and sends the lorries only where it pays.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=group_of(COMMANDS),
)


@app.callback()
def _brimful() -> None:
    """Make it a group: its commands are not known to typer before they are loaded."""


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    finally:
        # The interpreter looks through everything it holds once more as it ends: seconds after
        # Ctrl-C where a compiled search is among it. All that goes back to the system anyway.
        gc.freeze()
