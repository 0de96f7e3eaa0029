"""Which mails an address asks for, and the addresses that ask for others."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import QueryDict

from kring.mailing.models import Purpose, Skip
from kring.mailing.outgoing import AskedMails, Beside, MailsPage
from kring.outbox.models import State
from kring.ui.templatetags.ui import day
from kring.ui.words_outgoing import purpose_in_words, skip_in_words, state_in_words
from kring.web.changes.index import NEWER, OLDER
from kring.web.changes.shown import names_of_both
from kring.web.written import day_in, number_in

STATE, SKIP, PURPOSE, GROUP = "toestand", "reden", "doel", "groep"
CONTACT, MAILING, DAY, UNTIL = "contact", "mailing", "op", "tot"


def asked_in(asked: QueryDict) -> AskedMails:
    """What an address or a form asks for; nonsense asks for nothing."""
    return AskedMails(
        state=_one_of(State.values, asked.get(STATE, "")),
        skip=_one_of(Skip.values, asked.get(SKIP, "")),
        purpose=_one_of(Purpose.values, asked.get(PURPOSE, "")),
        group=number_in(asked.get(GROUP, "")),
        contact=number_in(asked.get(CONTACT, "")),
        mailing=number_in(asked.get(MAILING, "")),
        day=day_in(asked.get(DAY, "")),
        until=number_in(asked.get(UNTIL, "")),
    )


def beside_in(asked: QueryDict) -> Beside:
    return Beside(number_in(asked.get(OLDER, "")), number_in(asked.get(NEWER, "")))


def parts_of(asked: AskedMails) -> dict[str, str]:
    """The names and values by which an address or a form asks for these mails."""
    parts = {
        STATE: asked.state,
        SKIP: asked.skip,
        PURPOSE: asked.purpose,
        GROUP: asked.group,
        CONTACT: asked.contact,
        MAILING: asked.mailing,
        DAY: asked.day and asked.day.isoformat(),
        UNTIL: asked.until,
    }
    return {name: str(part) for name, part in parts.items() if part not in ("", None)}


def query_of(asked: AskedMails) -> str:
    """The end of an address that asks for these mails; empty for all of them."""
    parts = parts_of(asked)
    return f"?{urlencode(parts)}" if parts else ""


def told_in_words(asked: AskedMails) -> list[str]:
    """What narrows the mails that are asked for, as people read it."""
    names = names_of_both(
        [] if asked.contact is None else [asked.contact],
        [] if asked.group is None else [asked.group],
    )
    told = [
        state_in_words(asked.state) if asked.state else "",
        skip_in_words(asked.skip) if asked.skip else "",
        purpose_in_words(asked.purpose) if asked.purpose else "",
        "" if asked.group is None else names.group(asked.group).name,
        "" if asked.contact is None else names.contact(asked.contact).name,
        day(asked.day),
    ]
    return [part for part in told if part]


def in_state(asked: AskedMails, state: str) -> str:
    """The same mails in another state."""
    return query_of(replace(asked, state=state, skip=""))


def neighbours(asked: AskedMails, page: MailsPage) -> dict[str, str]:
    """The addresses of the pages with newer and with older mails, or empty."""
    if not page.rows:
        return {"previous": "", "next": ""}
    parts = parts_of(asked)
    newer = urlencode({**parts, NEWER: page.rows[0].id})
    older = urlencode({**parts, OLDER: page.rows[-1].id})
    return {
        "previous": f"?{newer}" if page.is_newer else "",
        "next": f"?{older}" if page.is_older else "",
    }


def _one_of(known: list[str], written: str) -> str:
    return written if written in known else ""
