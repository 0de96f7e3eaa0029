"""Which contacts conditions are true for: one query answers them all.

Of many contacts it is a query for each table that is asked, and one for each condition
that an index answers alone.

`kring.algebra.conditions` is what conditions mean; this is the same in SQL, and is
tested to agree with it. Only positive operators become SQL: a negative one is the
complement among the contacts that exist.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import (
    Aggregate,
    BinaryField,
    BooleanField,
    DateField,
    DecimalField,
    Exists,
    F,
    JSONField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.fields.json import DataContains, KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, TruncDate
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)
from django.utils import timezone
from pyroaring import BitMap

from kring.algebra.catalogue import POSITIVES, RELATIVE_TO_TODAY, FieldType
from kring.algebra.conditions import Awaited, awaited, days_meant
from kring.algebra.expressions import Operator, SameAddress, Where
from kring.algebra.text import fold
from kring.contacts.catalogue import Field, Fields, Table, catalogue_of
from kring.contacts.models import Address, Contact, EmailAddress, PhoneNumber
from kring.database.arrays import read_sent_numbers

Condition = Where | SameAddress

# Up to here a list of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION: Final = 2_000

_ROWS: Final[Mapping[Table, type[Address | EmailAddress | PhoneNumber]]] = {
    Table.ADDRESSES: Address,
    Table.EMAIL_ADDRESSES: EmailAddress,
    Table.PHONE_NUMBERS: PhoneNumber,
}


def matching(
    conditions: Collection[Condition], *, among: BitMap, today: date
) -> dict[Condition, BitMap]:
    """For each condition, the contacts among these that it is true for.

    Who does not exist is in no answer, also not of a negative condition.
    """
    if not conditions or not among:
        return {condition: BitMap() for condition in conditions}
    asked = {c: positive_of(c) for c in conditions}
    positives = list(dict.fromkeys(asked.values()))
    if len(among) > _IDS_IN_A_QUESTION:
        return _scanned(asked, positives, among, today)
    fields = _fields_of(positives)
    tests = [_tested(positive, fields, today) for positive in positives]
    everyone, *found = _asked(_contacts(among), "pk", [Q(), *tests])
    known = dict(zip(positives, found, strict=True))
    return _complemented(asked, known, everyone, among)


def next_turning_days(
    conditions: Collection[Condition], *, among: BitMap, today: date
) -> dict[Condition, date]:
    """For each condition the first later day on which it may turn, facts unchanged.

    Who does not turn it by waiting is not in the answer; one query, or none where
    nothing is relative to today.
    """
    fields = _fields_of(conditions)
    waits = [
        (condition, _kept(fields.known[condition.field]), wait)
        for condition in conditions
        if isinstance(condition, Where) and condition.op in RELATIVE_TO_TODAY
        for wait in _waits(condition, today)
    ]
    if not waits or not among:
        return {}
    firsts = _contacts(among).aggregate(
        **{
            f"w{number}": Min(kept, filter=Q(GreaterThan(kept, wait.after)))
            for number, (_, kept, wait) in enumerate(waits)
        }
    )
    found: dict[Condition, date] = {}
    for number, (condition, _, wait) in enumerate(waits):
        first = firsts[f"w{number}"]
        if first is not None:
            day = wait.turning_day(first)
            found[condition] = min(day, found.get(condition, day))
    return found


def positive_of(condition: Condition) -> Condition:
    """The condition whose complement this is, or the condition itself."""
    if isinstance(condition, SameAddress) or condition.op not in POSITIVES:
        return condition
    return Where(condition.field, POSITIVES[condition.op], condition.value)


def _fields_of(conditions: Iterable[Condition]) -> Fields:
    """The fields that these ask of; the cooperative's own are read where one does."""
    return catalogue_of(
        asked.field
        for one in conditions
        for asked in (one.conditions if isinstance(one, SameAddress) else (one,))
    )


@dataclass(frozen=True, slots=True)
class _Scan:
    """The rows that show who a condition is true for, or who it is false for."""

    table: Table
    test: Q
    shows_others: bool = False
    has_index: bool = False


def _scanned(
    asked: Mapping[Condition, Condition],
    positives: Sequence[Condition],
    among: BitMap,
    today: date,
) -> dict[Condition, BitMap]:
    """The answers of the indexes that give one, and of one scan of each other table.

    Of 100,000 contacts, looking up the rows of each takes 190 ms, a scan 20. Of a
    million, an index tells who of 400,000 has a status in 70 ms, a scan in 450.
    """
    fields = _fields_of(positives)
    scans = {one: _scan_for(one, fields, today) for one in positives}
    found: dict[Condition, BitMap] = {}
    for together in _questions(scans):
        answers = _answers([scans[one] for one in together], among)
        found |= zip(together, answers, strict=True)
    others = [one for one, scan in scans.items() if scan.shows_others]
    if not others and set(asked) <= set(positives):
        return _complemented(asked, found, among, among)
    [everyone] = _asked(_contacts(among), "pk", [Q()])
    found |= {one: everyone - found[one] for one in others}
    return _complemented(asked, found, everyone, among)


def _questions(scans: Mapping[Condition, _Scan]) -> list[list[Condition]]:
    """Which conditions are asked together."""
    alone = [[one] for one, scan in scans.items() if scan.has_index]
    scanned = {one: scan.table for one, scan in scans.items() if not scan.has_index}
    return alone + [
        [one for one in scanned if scanned[one] is table]
        for table in dict.fromkeys(scanned.values())
    ]


def _answers(scans: Sequence[_Scan], among: BitMap) -> list[BitMap]:
    rows, contact = _rows_of(scans[0].table, among)
    if scans[0].has_index:
        return _asked(rows.filter(scans[0].test), contact, [Q()])
    return _asked(rows, contact, [scan.test for scan in scans])


def _scan_for(condition: Condition, fields: Fields, today: date) -> _Scan:
    if isinstance(condition, SameAddress):
        return _Scan(Table.ADDRESSES, _at_one_address(condition, fields, today))
    field = fields.known[condition.field]
    if field.column:
        table = field.table if field.table in _ROWS else Table.CONTACT
        has_index = _has_index(field) and condition.op in _ONE_STRETCH
        test = _compared(condition, field, today)
        return _Scan(table, test, has_index=has_index)
    if condition.op is Operator.NOT_EMPTY:
        return _Scan(Table.CONTACT, Q())
    return _Scan(field.table, Q(), shows_others=not condition.value)


def _has_index(field: Field) -> bool:
    """Whether an index has the values in order, each with the contact."""
    if field.table is Table.OWN_FIELDS:
        return False
    model = _ROWS.get(field.table, Contact)
    named = "contact" if field.table in _ROWS else "id"
    indexes = model._meta.indexes  # noqa: SLF001 — how Django names what is public
    return any(index.fields == [field.column, named] for index in indexes)


def _rows_of(table: Table, among: BitMap) -> tuple[QuerySet[Any], str]:
    """The rows of a table about these contacts, and the column that names them."""
    if table not in _ROWS:
        return _contacts(among), "pk"
    rows: QuerySet[Any] = _ROWS[table].objects.order_by()
    about = rows.filter(contact__gte=among.min(), contact__lte=among.max())
    return about, "contact"


def _asked(rows: QuerySet[Any], contact: str, tests: Iterable[Q]) -> list[BitMap]:
    """For each test, the contacts of the rows that pass it, in one query."""
    answers = rows.aggregate(
        **{
            f"c{number}": _Sent(contact, filter=test or None)
            for number, test in enumerate(tests)
        }
    )
    return [BitMap(read_sent_numbers(sent)) for sent in answers.values()]


class _Sent(Aggregate):
    """The bytes of all ids one after the other, which are read at once."""

    function = "string_agg"
    template = "%(function)s(int4send(%(expressions)s::int4), ''::bytea)"
    output_field = BinaryField()


def _complemented(
    asked: Mapping[Condition, Condition],
    found: Mapping[Condition, BitMap],
    everyone: BitMap,
    among: BitMap,
) -> dict[Condition, BitMap]:
    """What was found, and of a negative condition everyone else."""
    return {
        condition: among
        & (found[positive] if condition == positive else everyone - found[positive])
        for condition, positive in asked.items()
    }


def _waits(condition: Where, today: date) -> tuple[Awaited, ...]:
    return awaited(condition.op, _number_in(condition), today=today)


def _contacts(among: BitMap) -> QuerySet[Contact]:
    contacts = Contact.objects.order_by()
    has_gaps = among.max() - among.min() >= len(among)
    if has_gaps and len(among) <= _IDS_IN_A_QUESTION:
        return contacts.filter(pk__in=list(among))
    return contacts.filter(pk__range=(among.min(), among.max()))


def _tested(condition: Condition, fields: Fields, today: date) -> Q:
    if isinstance(condition, SameAddress):
        at_one = _at_one_address(condition, fields, today)
        return Q(Exists(_rows(Table.ADDRESSES).filter(at_one)))
    field = fields.known[condition.field]
    if field.table not in _ROWS:
        return _compared(condition, field, today)
    rows = _rows(field.table)
    if field.column:
        return Q(Exists(rows.filter(_compared(condition, field, today))))
    return _there_are(rows, condition)


def _rows(table: Table) -> QuerySet[Any]:
    return _ROWS[table].objects.filter(contact=OuterRef("pk"))


def _there_are(rows: QuerySet[Any], condition: Where) -> Q:
    """Whether there is a row is always known, so never empty."""
    if condition.op is Operator.NOT_EMPTY:
        return Q(pk__isnull=False)
    return Q(Exists(rows)) if condition.value else ~Q(Exists(rows))


def _at_one_address(condition: SameAddress, fields: Fields, today: date) -> Q:
    together = Q()
    for one in condition.conditions:
        positive = Where(one.field, POSITIVES.get(one.op, one.op), one.value)
        test = _compared(positive, fields.known[one.field], today)
        together &= test if positive == one else ~test
    return together


def _compared(condition: Where, field: Field, today: date) -> Q:
    """The test of a positive operator on one value."""
    kept = _kept(field)
    if condition.op is Operator.NOT_EMPTY:
        return _is_filled_in(kept, field)
    if field.facts.type is FieldType.MULTIPLE_CHOICE:
        return _is_chosen(condition, field)
    if condition.op in RELATIVE_TO_TODAY:
        return _lies_in_days(kept, condition, today)
    if condition.op is Operator.BETWEEN:
        low, high = _several(condition.value)
        return Q(GreaterThanOrEqual(kept, low)) & Q(LessThanOrEqual(kept, high))
    return Q(_COMPARISONS[condition.op](kept, _operand(condition, field)))


def _kept(field: Field) -> Any:  # noqa: ANN401 — any expression that SQL can compare
    """The value as the database has it, of the type that it is compared as."""
    if field.table is Table.OWN_FIELDS:
        is_text = field.facts.type is FieldType.TEXT
        where = "folded_fields" if is_text else "fields"
        text = KeyTextTransform(field.column, where)
        cast = _CASTS.get(field.facts.type)
        return text if cast is None else Cast(text, cast)
    if field.column == "created_on":
        return TruncDate("created_at", tzinfo=timezone.get_current_timezone())
    return F(field.column)


def _is_filled_in(kept: Any, field: Field) -> Q:  # noqa: ANN401
    if field.facts.type is FieldType.TEXT:
        return Q(GreaterThan(kept, Value("")))
    return Q(IsNull(kept, False))  # noqa: FBT003 — the lookup's own operand


def _is_chosen(condition: Where, field: Field) -> Q:
    """Of several chosen values one is meant."""
    kept = KeyTransform(field.column, "fields")
    wanted = Q()
    for one in _several(condition.value):
        wanted |= Q(DataContains(kept, Value([one], JSONField())))
    return wanted


def _lies_in_days(kept: Any, condition: Where, today: date) -> Q:  # noqa: ANN401
    days = days_meant(condition.op, _number_in(condition), today=today)
    test = Q(IsNull(kept, False))  # noqa: FBT003 — the lookup's own operand
    if days.first is not None:
        test &= Q(GreaterThanOrEqual(kept, days.first))
    if days.last is not None:
        test &= Q(LessThanOrEqual(kept, days.last))
    return test


def _number_in(condition: Where) -> int:
    """The days or years that the codec has let through."""
    if not isinstance(condition.value, int):
        raise TypeError(condition.value)
    return condition.value


def _operand(condition: Where, field: Field) -> Any:  # noqa: ANN401
    """What is compared with: folded if it is text, a list for `in`."""
    wanted = condition.value
    if field.facts.type is not FieldType.TEXT:
        return wanted
    if condition.op is Operator.IN:
        return [fold(str(one)) for one in _several(wanted)]
    return fold(str(wanted))


def _several(value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return value if isinstance(value, tuple) else (value,)


_COMPARISONS: Final[Mapping[Operator, Any]] = {
    Operator.IS: Exact,
    Operator.IN: In,
    Operator.BELOW: LessThan,
    Operator.AT_MOST: LessThanOrEqual,
    Operator.ABOVE: GreaterThan,
    Operator.AT_LEAST: GreaterThanOrEqual,
    Operator.CONTAINS: Contains,
    Operator.STARTS_WITH: StartsWith,
    Operator.ENDS_WITH: EndsWith,
}

# Which an index in order answers by looking at the rows that pass alone.
_ONE_STRETCH: Final = frozenset(
    {Operator.IS, Operator.IN, Operator.NOT_EMPTY, Operator.STARTS_WITH}
)

_CASTS: Final[Mapping[FieldType, Any]] = {
    FieldType.NUMBER: DecimalField(max_digits=60, decimal_places=30),
    FieldType.MONEY: DecimalField(max_digits=60, decimal_places=30),
    FieldType.DATE: DateField(),
    FieldType.BOOLEAN: BooleanField(),
}
