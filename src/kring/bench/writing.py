"""W5 and W6: one placement, one edit, ten thousand placements, an edited definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import OPERATOR
from kring.actions import fills
from kring.actions.contacts import edit_contact
from kring.actions.groups import edit_group
from kring.actions.members import place, remove
from kring.actions.templates import TemplateTexts, create_template
from kring.actions.welcoming import Confirmed, Welcome, Welcoming
from kring.algebra.expressions import Expression, Operator, Where
from kring.algebra.walk import conditions_in, groups_named_in
from kring.bench import peers
from kring.bench.floors import Recording, recorded, replayed, sent
from kring.bench.peers import Flips
from kring.bench.people import CITIES
from kring.bench.racing import Contender, Race, Ratio, Role
from kring.bench.workloads import Bench
from kring.bench.world import PlainWorld, flips, followers_of, plain
from kring.contacts.conditions import matching
from kring.groups.bitmaps import loaded
from kring.groups.models import Group
from kring.groups.settings import settings_of
from kring.mailing.models import OutgoingMail
from kring.mailing.welcomes import would_be_mailed

BULK: Final = 10_000
BEFORE: Final = "klant"
AFTER: Final = "lid"


@dataclass(frozen=True, slots=True)
class Placing:
    """Contacts that are put in a static group, and what must follow from it."""

    bench: Bench
    group: int
    contacts: tuple[int, ...]
    truth: Flips

    @classmethod
    def of(cls, bench: Bench, group: int, count: int) -> Placing:
        outside = plain(bench.world).everyone - frozenset(bench.world.members[group])
        contacts = tuple(sorted(outside)[:count])
        inside = frozenset(bench.world.members[group]) & frozenset(contacts)
        changed = {group: inside | frozenset(contacts)}
        truth = flips(bench.world, contacts, changed)
        return cls(bench, group, contacts, truth)

    @property
    def placed(self) -> Flips:
        """What turns in the group itself."""
        return {self.group: (frozenset(self.contacts), frozenset())}

    def place(self, welcome: Welcoming = Welcome.DEFAULT) -> int | None:
        return place(self.contacts, self.group, by=OPERATOR, welcome=welcome).change

    def undo(self) -> None:
        remove(self.contacts, self.group, by=OPERATOR)

    def recorded(self) -> Recording:
        with recorded() as recording:
            self.place()
        self.undo()
        return recording


def one_placement(bench: Bench) -> Iterator[Race]:
    """W5, in the static group that most others follow from."""
    statics = bench.world.statics
    busiest = max(statics, key=lambda group: len(followers_of(bench.world, group)))
    placing = Placing.of(bench, busiest, 1)
    recording = placing.recorded()
    peer = Contender(
        Role.P4,
        "recompute everything",
        lambda: _recomputed(placing, recording),
        after=lambda: _take_rows_back(placing),
    )
    yield _placement(placing, [peer], [Ratio(Role.P4, at_least=300)])


def one_placement_in_a_hub(bench: Bench, hub: int) -> Iterator[Race]:
    """W5, in a group from which exactly so many follow."""
    yield _placement(Placing.of(bench, hub, 1), [], [])


def one_edit(bench: Bench) -> Iterator[Race]:
    """W5: a field that dynamic groups ask about."""
    contact = min(bench.world.facts.having["status", BEFORE])
    truth = _edited(bench, contact)
    with recorded() as recording:
        edit_contact(contact, {"status": AFTER}, by=OPERATOR)
    _put_status_back(contact)
    yield Race(
        "W5",
        "one field edit, committed",
        truth,
        [
            Contender(
                Role.KRING,
                "edit_contact",
                lambda: edit_contact(contact, {"status": AFTER}, by=OPERATOR),
                told=lambda _: _turned_by(_last_change()),
                after=lambda: _put_status_back(contact),
            ),
            Contender(
                Role.FLOOR,
                "the same statements",
                lambda: replayed(bench.bare, recording.statements),
                told=lambda _: truth,
                after=lambda: _put_status_back(contact),
            ),
            Contender(
                Role.P4,
                "recompute everything",
                lambda: _everything_after_an_edit(bench, contact),
                after=lambda: _undo_the_edit(bench, contact, truth),
            ),
        ],
        [Ratio(Role.P4, at_least=300), Ratio(Role.FLOOR, at_most=4)],
    )


def many_placements(bench: Bench) -> Iterator[Race]:
    """W6: ten thousand at once."""
    placing = _in_bulk(bench)
    count = len(placing.contacts)
    recording = placing.recorded()
    turned = sum(len(one) for flip in placing.truth.values() for one in flip)
    yield Race(
        "W6",
        f"{count:,} placed at once, {turned:,} bits turned in"
        f" {len(placing.truth)} groups",
        placing.truth,
        [
            _placer(placing),
            Contender(
                Role.FLOOR,
                "the same rows inserted",
                lambda: replayed(bench.bare, recording.writes),
                told=lambda _: placing.truth,
                after=placing.undo,
            ),
            Contender(
                Role.P4,
                "recompute everything",
                lambda: _recomputed(placing, recording),
                after=lambda: _take_rows_back(placing),
            ),
            Contender(
                Role.SQL,
                "followers in SQL, changed contacts only",
                lambda: _followed_in_sql(placing, recording),
                told=lambda _: _rows_turned(placing),
                after=lambda: _take_rows_back(placing),
            ),
        ],
        [
            Ratio(Role.P4, at_least=2),
            Ratio(Role.SQL, at_least=8),
            Ratio(Role.FLOOR, at_most=2.5),
        ],
    )


def many_placements_with_mail(bench: Bench) -> Iterator[Race]:
    """W6: the same in a group that welcomes: each has a mail waiting, or a reason."""
    placing = _in_bulk(bench)
    count = len(placing.contacts)
    mails = would_be_mailed(BitMap(placing.contacts), group=None, policy="first")
    texts = TemplateTexts("Welkom", "Welkom", "Fijn dat je erbij bent.")
    template = create_template(texts, by=OPERATOR).template.pk
    yield Race(
        "W6",
        f"{count:,} placed at once in a group that welcomes, {mails:,} mails waiting",
        (placing.truth, count),
        [
            Contender(
                Role.KRING,
                "place, with mails",
                lambda: placing.place(Confirmed(mails)),
                told=lambda change: (_turned_by(change), _mails_of(change)),
                before=lambda: _welcome(placing.group, template),
                after=lambda: _welcome_no_more(placing),
            ),
            Contender(
                Role.WITHOUT,
                "place",
                placing.place,
                told=lambda change: (_turned_by(change), count),
                after=placing.undo,
            ),
        ],
        [Ratio(Role.WITHOUT, at_most=1.5)],
    )


def edited_definition(bench: Bench) -> Iterator[Race]:
    """W6: the dynamic group that most follow from asks for another city."""
    world = bench.world
    group = max(
        (one.id for one in world.derived if _asks_one_city(one.definition)),
        key=lambda group: len(followers_of(world, group)),
    )
    old = world.groups[group].definition
    new = Where("city", Operator.IS, CITIES[0] if old != _city(0) else CITIES[1])
    truth = flips(
        world,
        plain(world).everyone,
        {group: plain(world).matching(new)},
    )
    turned = sum(len(one) for flip in truth.values() for one in flip)
    everyone = world.everyone
    with recorded() as recording:
        matching([new], among=everyone, today=timezone.localdate())
    scan = [*_WITHOUT_INDEXES, *recording.statements[-1:]]
    yield Race(
        "W6",
        f"a definition edited, {turned:,} bits turned in {len(truth)} groups",
        truth,
        [
            Contender(
                Role.KRING,
                "edit_group and its fill",
                lambda: _define(group, new),
                told=_turned_by,
                after=lambda: _put_definition_back(group, old),
            ),
            Contender(
                Role.FLOOR,
                "one scan of a table that answers the condition",
                lambda: replayed(bench.bare, scan),
                told=lambda _: truth,
            ),
            Contender(
                Role.P4,
                "recompute everything",
                lambda: _everything_after_a_definition(bench, group, new),
                after=lambda: peers.write_rows(bench.bare, peers.turned_back(truth)),
            ),
        ],
        [Ratio(Role.P4, at_least=2), Ratio(Role.FLOOR, at_most=4)],
    )


def _in_bulk(bench: Bench) -> Placing:
    statics = bench.world.statics
    group = max(statics[20:], key=lambda group: len(followers_of(bench.world, group)))
    return Placing.of(bench, group, min(BULK, bench.world.contacts // 2))


def _welcome(group: int, template: int | None) -> None:
    Group.objects.filter(pk=group).update(welcome_template=template)


def _welcome_no_more(placing: Placing) -> None:
    _welcome(placing.group, None)
    OutgoingMail.objects.all().delete()
    placing.undo()


def _mails_of(change: int | None) -> int:
    return OutgoingMail.objects.filter(change=change).count()


def _placement(placing: Placing, others: list[Contender], targets: list[Ratio]) -> Race:
    recording = placing.recorded()
    followers = len(followers_of(placing.bench.world, placing.group))
    floor = Contender(
        Role.FLOOR,
        "the same statements",
        lambda: replayed(placing.bench.bare, recording.statements),
        told=lambda _: placing.truth,
        after=placing.undo,
    )
    asked = [Ratio(Role.FLOOR, at_most=4)] if followers <= 50 else []  # noqa: PLR2004
    return Race(
        "W5",
        f"one placement, {followers:,} followers, committed",
        placing.truth,
        [_placer(placing), floor, *others],
        [*targets, *asked],
    )


def _placer(placing: Placing) -> Contender:
    return Contender(
        Role.KRING, "place", placing.place, told=_turned_by, after=placing.undo
    )


def _recomputed(placing: Placing, recording: Recording) -> Flips:
    """Placements and history are written as Kring writes them, members as rows."""
    bare = placing.bench.bare
    with bare.transaction():
        sent(bare, recording.history)
        peers.write_rows(bare, placing.placed)
        return placing.placed | peers.recompute_everything(bare, placing.bench.world)


def _followed_in_sql(placing: Placing, recording: Recording) -> None:
    bare, world = placing.bench.bare, placing.bench.world
    with bare.transaction():
        sent(bare, recording.history)
        peers.write_rows(bare, placing.placed)
        followers = followers_of(world, placing.group)
        peers.follow_in_sql(bare, followers, world, placing.contacts)


def _take_rows_back(placing: Placing) -> None:
    placing.undo()
    peers.write_rows(placing.bench.bare, peers.turned_back(placing.truth))


def _rows_turned(placing: Placing) -> Flips:
    """What differs in the rows of the contacts from before."""
    world, some = placing.bench.world, frozenset(placing.contacts)
    found: Flips = {}
    for group in [placing.group, *followers_of(world, placing.group)]:
        now = peers.rows_among(placing.bench.bare, group, some)
        before = frozenset(world.members[group]) & some
        if now != before:
            found[group] = (now - before, before - now)
    return found


def _turned_by(change: int | None) -> Flips:
    """What a change and its steps turned, as history has it."""
    joined: dict[int, BitMap] = {}
    left: dict[int, BitMap] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TURNS, {"change": change})
        for group, came, contacts in cursor.fetchall():
            bits = joined if came else left
            bits[group] = bits.get(group, BitMap()) | BitMap(contacts)
        cursor.execute(_DELTAS, {"change": change})
        for group, came, went in cursor.fetchall():
            joined[group] = joined.get(group, BitMap()) | loaded(came)
            left[group] = left.get(group, BitMap()) | loaded(went)
    return {
        group: (
            frozenset(joined.get(group, ())),
            frozenset(left.get(group, ())),
        )
        for group in sorted(joined.keys() | left.keys())
    }


def _last_change() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select max(number) from change")
        [number] = cursor.fetchone()
    return int(number)


def _edited(bench: Bench, contact: int) -> Flips:
    """What a changed status turns: the groups that ask it, and all that follow."""
    world, own = bench.world, frozenset({contact})
    changed: dict[int, frozenset[int]] = {}
    for one in world.derived:
        if one.definition is not None and not groups_named_in(one.definition):
            inside = _holds_with(AFTER, one.definition, bench, contact)
            if inside is not None:
                changed[one.id] = own if inside else frozenset()
    return flips(world, own, changed)


def _holds_with(
    status: str, definition: Expression, bench: Bench, contact: int
) -> bool | None:
    """Whether a dynamic group holds the contact then; None: it asks no status."""
    conditions = [c for c in conditions_in(definition) if isinstance(c, Where)]
    if not any(c.field == "status" for c in conditions):
        return None
    return all(
        (status in c.value if isinstance(c.value, tuple) else status == c.value)
        if c.field == "status"
        else bool(PlainWorld(bench.world, frozenset({contact})).matching(c))
        for c in conditions
    )


def _put_status_back(contact: int) -> None:
    edit_contact(contact, {"status": BEFORE}, by=OPERATOR)


def _everything_after_an_edit(bench: Bench, contact: int) -> Flips:
    with bench.bare.transaction():
        bench.bare.execute(_SET_STATUS, [AFTER, AFTER, contact])
    with bench.bare.transaction():
        fresh = _all_conditions(bench)
        return peers.recompute_everything(bench.bare, bench.world, fresh)


def _undo_the_edit(bench: Bench, contact: int, truth: Flips) -> None:
    bench.bare.execute(_SET_STATUS, [BEFORE, BEFORE, contact])
    peers.write_rows(bench.bare, peers.turned_back(truth))


def _all_conditions(bench: Bench) -> dict[int, frozenset[int]]:
    """Every dynamic group, by one statement that answers all conditions."""
    dynamic = {
        one.id: one.definition
        for one in bench.world.derived
        if one.definition is not None and not groups_named_in(one.definition)
    }
    asked = {c for definition in dynamic.values() for c in conditions_in(definition)}
    found = matching(asked, among=bench.world.everyone, today=timezone.localdate())
    return {
        group: frozenset(
            BitMap.intersection(*[found[c] for c in conditions_in(definition)])
        )
        for group, definition in dynamic.items()
    }


def _everything_after_a_definition(bench: Bench, group: int, new: Where) -> Flips:
    found = matching([new], among=bench.world.everyone, today=timezone.localdate())
    with bench.bare.transaction():
        fresh = {group: frozenset(found[new])}
        return peers.recompute_everything(bench.bare, bench.world, fresh)


def _asks_one_city(definition: Expression | None) -> bool:
    return isinstance(definition, Where) and definition.field == "city"


def _city(place: int) -> Where:
    return Where("city", Operator.IS, CITIES[place])


def _define(group: int, definition: Expression | None) -> int:
    """As the page and the command do it; what is left to the worker counts too."""
    wanted = replace(settings_of(Group.objects.get(pk=group)), definition=definition)
    change = edit_group(group, wanted, by=OPERATOR).version
    fills.finish_fills()
    return change


def _put_definition_back(group: int, old: Expression | None) -> None:
    _define(group, old)


_TURNS: Final = """
select "group", joined, array_agg(contact) from turn
where change_id in (
    select number from change where number = %(change)s or part_of_id = %(change)s)
group by 1, 2
"""
_DELTAS: Final = """
select group_id, joined, "left" from group_delta
where change_id in (
    select number from change where number = %(change)s or part_of_id = %(change)s)
"""
_SET_STATUS: Final = """
update contact set status = %s, folded_status = %s where id = %s
"""
_WITHOUT_INDEXES: Final = tuple(
    (f"set local {way} = off", None)
    for way in ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
)
