"""What the demo ends with: the account, the two addresses, a QR code for a phone."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.demo.account import Account
from cli.demo.people import Screens
from cli.qr import qr_code


def summary(account: Account, *, yours: bool = False) -> Panel:
    """Return the short account for people; ``yours``: one round was left to them."""
    sign = "=" if account.balanced else "≠"
    fill = "-" if account.fill_at_pickup_pct is None else f"{account.fill_at_pickup_pct:.0f} %"
    table = Table.grid(padding=(0, 2))
    table.add_row(
        "readings",
        f"{account.published:,} published {sign} {account.stored:,} stored + "
        f"{account.set_aside:,} set aside; {account.duplicates:,} sent twice are stored once",
    )
    table.add_row(
        "plan",
        f"{account.bins_due} of {account.bins} bins due, {account.bins_on_rounds} on "
        f"{account.rounds} rounds, {account.distance_km:,.1f} km; each other has its reason",
    )
    if account.rounds:
        crews = (
            f"{account.bins_emptied} bins emptied at {fill} on average, {account.stops_skipped} "
            "stops skipped with a reason"
        )
    else:
        crews = "stay at the depot: no round today. More --bins or another --seed give them one"
    table.add_row("crews", crews + ("; one round is left to you" if yours else ""))
    table.add_row("travel", account.travel_source)
    table.add_row("time", f"{account.ready_s:.0f} s from start to here")
    return Panel(table, title="Account", title_align="left", expand=False)


def addresses(address: str, screens: Screens | None) -> RenderableType:
    """Return where to look next, with a QR code of the phone's address."""
    table = Table.grid(padding=(0, 2))
    if screens is None:
        table.add_row("start page", address)
        return Panel(table, title="Running until Ctrl-C", title_align="left", expand=False)
    table.add_row("ops room", Text(screens.ops, style="bold"))
    table.add_row("", f"user name {screens.user_name}, password {screens.password}")
    table.add_row("crew's phone", Text(screens.phone, style="bold"))
    table.add_row(
        "", f"signs in the phone of {screens.crew_id}, once; scan it, or open it on this machine"
    )
    table.add_row("every endpoint", f"{address}/docs")
    panel = Panel(table, title="Running until Ctrl-C", title_align="left", expand=False)
    return Group(panel, qr_code(screens.phone))
