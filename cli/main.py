"""The ``brimful`` command: one subcommand for each thing a person or a service runs."""

import sys

# Loading takes a second, and a Ctrl-C in it is no error to show a page of.
try:
    import typer

    from cli import (
        broker,
        decode,
        doctor,
        ingest,
        migrate,
        plan,
        register,
        rejected,
        replay,
        serve,
        simulate,
        token,
    )
    from cli.demo import command as demo
except KeyboardInterrupt:
    sys.exit(130)

app = typer.Typer(
    name="brimful",
    help="Reads how full every bin is and sends the lorries only where it pays.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo_command)
app.command("doctor")(doctor.doctor_command)
app.command("migrate")(migrate.migrate_command)
app.command("register")(register.register_command)
app.command("ingest")(ingest.ingest_command)
app.add_typer(rejected.app, name="rejected")
app.add_typer(broker.app, name="broker")
app.command("decode")(decode.decode_command)
app.command("plan")(plan.plan_command)
app.command("serve")(serve.serve_command)
app.add_typer(token.app, name="token")
app.command("simulate")(simulate.simulate_command)
app.command("replay")(replay.replay_command)


def main() -> None:
    """Entry point of the console script."""
    app()
