"""Which contacts conditions are true for: one query answers them all.

`kring.algebra.conditions` is what conditions mean; this is the same in SQL, and is
tested to agree with it. Only positive operators become SQL: a negative one is the
complement among the contacts that exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    Exists,
    Expression,
    F,
    JSONField,
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
from pyroaring import BitMap

from kring.algebra.catalogue import POSITIVES, FieldType
from kring.algebra.conditions import days_meant
from kring.algebra.expressions import Operator, SameAddress, Where
from kring.algebra.text import fold
from kring.contacts.catalogue import Field, Fields, Table, catalogue
from kring.contacts.models import Address, Contact, EmailAddress, PhoneNumber

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
    fields = catalogue()
    asked = {c: positive_of(c) for c in conditions}
    positives = list(dict.fromkeys(asked.values()))
    answers = _contacts(among).aggregate(
        everyone=ArrayAgg("pk", default=[]),
        **{
            f"c{number}": ArrayAgg(
                "pk", filter=_tested(positive, fields, today), default=[]
            )
            for number, positive in enumerate(positives)
        },
    )
    found = {
        positive: BitMap(answers[f"c{number}"]) & among
        for number, positive in enumerate(positives)
    }
    everyone = BitMap(answers["everyone"]) & among
    return {
        condition: found[positive] if condition == positive else everyone - found[positive]
        for condition, positive in asked.items()
    }


def positive_of(condition: Condition) -> Condition:
    """The condition whose complement this is, or the condition itself."""
    if isinstance(condition, SameAddress) or condition.op not in POSITIVES:
        return condition
    return Where(condition.field, POSITIVES[condition.op], condition.value)


def _contacts(among: BitMap) -> QuerySet[Contact]:
    contacts = Contact.objects.order_by()
    if len(among) <= _IDS_IN_A_QUESTION:
        return contacts.filter(pk__in=list(among))
    return contacts.filter(pk__range=(among.min(), among.max()))


def _tested(condition: Condition, fields: Fields, today: date) -> Q:
    if isinstance(condition, SameAddress):
        return Q(Exists(_rows(Table.ADDRESSES).filter(_at_one(condition, fields, today))))
    field = fields.known[condition.field]
    if field.table not in _ROWS:
        return _compared(condition, field, today)
    rows = _rows(field.table)
    if field.column:
        return Q(Exists(rows.filter(_compared(condition, field, today))))
    return Q(Exists(rows)) if condition.value is not False else ~Q(Exists(rows))


def _rows(table: Table) -> QuerySet[Address | EmailAddress | PhoneNumber]:
    return _ROWS[table]._default_manager.filter(contact=OuterRef("pk"))  # noqa: SLF001 — the public way to a model's manager


def _at_one(condition: SameAddress, fields: Fields, today: date) -> Q:
    together = Q()
    for one in condition.conditions:
        positive = positive_of(one)
        assert isinstance(positive, Where)
        test = _compared(positive, fields.known[one.field], today)
        together &= test if positive == one else ~test
    return together


def _compared(condition: Where, field: Field, today: date) -> Q:
    """The test of a positive operator on one value."""
    kept = _kept(field)
    if condition.op is Operator.NOT_EMPTY:
        return _is_filled_in(kept, field)
    if field.facts.type is FieldType.MULTIPLE_CHOICE:
        return _chosen(condition, field)
    if condition.op in _CALENDAR:
        return _in_calendar(kept, condition, today)
    wanted = condition.value
    if field.facts.type is FieldType.TEXT:
        folded = fold(wanted) if isinstance(wanted, str) else [fold(str(w)) for w in _several(wanted)]
        return Q(_COMPARISONS[condition.op](kept, folded))
    if condition.op is Operator.BETWEEN:
        low, high = _several(wanted)
        return Q(GreaterThanOrEqual(kept, low)) & Q(LessThanOrEqual(kept, high))
    return Q(_COMPARISONS[condition.op](kept, wanted))
