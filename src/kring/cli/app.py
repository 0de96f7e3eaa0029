"""The command `kring` and the commands below it."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from kring.cli import (
    bench,
    changes,
    check,
    contacts,
    demo,
    examples,
    explain,
    fields,
    groups,
    imports,
    lint,
    mails,
    members,
    run,
    tokens,
    users,
)
from kring.cli.commands import Commands

app = typer.Typer(
    cls=Commands,
    name="kring",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("Kring knows who belongs to which group."),
)
groups.app.command(
    "explain", help=_("Tell why a contact is in a group, or why it is not.")
)(explain.explain)
groups.app.command("examples", help=_("Keep what must be so in a group."))(
    examples.examples
)
groups.app.command("lint", help=_("Show what needs attention about groups."))(lint.lint)
groups.app.command("place", help=_("Put contacts in a group by hand."))(members.place)
groups.app.command(
    "remove", help=_("Take contacts out of a group; a derived group keeps them out.")
)(members.remove)
groups.app.command(
    "unpin", help=_("Lift fixed exceptions, so that the composition decides again.")
)(members.unpin)
app.add_typer(changes.app, name="change", help=_("What was done, and undoing it."))
app.add_typer(groups.app, name="group", help=_("Groups and their members."))
app.add_typer(mails.app, name="mail", help=_("Mails that go out and went."))
app.add_typer(contacts.app, name="contact", help=_("Contacts, one or many."))
app.add_typer(
    imports.app, name="import", help=_("Contacts and memberships out of files.")
)
app.add_typer(fields.app, name="field", help=_("Fields of your own for contacts."))
app.command("check", help=_("Compare every stored bit with truth."))(check.check)
app.command("bench", help=_("Measure how fast Kring is on this machine."))(bench.bench)
app.add_typer(users.app, name="user", help=_("Who signs in."))
app.add_typer(tokens.app, name="token", help=_("What programs sign in with."))
app.command("migrate", help=_("Bring the tables of the database up to date."))(
    run.migrate
)
app.command("serve", help=_("Serve Kring to browsers."))(run.serve)
app.command("worker", help=_("Do the work that pages do not wait for."))(run.worker)
app.command("demo", help=_("Try Kring out, with a cooperative that is made up."))(
    demo.demo
)
