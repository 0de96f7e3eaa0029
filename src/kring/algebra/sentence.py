"""The sentence that tells who belongs, in pieces that a page can link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import TypeGuard, assert_never

from kring.algebra.catalogue import (
    OPERANDS,
    Catalogue,
    FieldFacts,
    FieldType,
    Language,
    Operand,
)
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    MemberSince,
    Operator,
    SameAddress,
    Scalar,
    SinceOperator,
    Value,
    Where,
)
from kring.algebra.phrases import PHRASES, Phrases


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class GroupName:
    group: GroupId
    text: str


@dataclass(frozen=True, slots=True)
class ValueText:
    text: str


Piece = Words | GroupName | ValueText
Pieces = tuple[Piece, ...]

_PLAIN_NAME = re.compile(r"[\w'\u2019&+/-]+(?: [\w'\u2019&+/-]+)*")
# A name with one of these in it could be taken for a part of the sentence.
_SENTENCE_WORDS = re.compile(
    r"\b(?:of|en|én|or|and|in|met|zonder|with|without|behalve|except|al|pas|only"
    r"|minstens|tot|to|since|for|van|from|zit|ingevuld|niet|not)\b",
    re.IGNORECASE,
)
_CENTS = -2


def sentence(
    expression: Expression,
    *,
    names: Mapping[GroupId, str],
    catalogue: Catalogue,
    language: Language,
) -> str:
    pieces = sentence_pieces(
        expression, names=names, catalogue=catalogue, language=language
    )
    return text_of(pieces)


def sentence_pieces(
    expression: Expression,
    *,
    names: Mapping[GroupId, str],
    catalogue: Catalogue,
    language: Language,
) -> Pieces:
    """Answer the sentence in pieces; a group without a name is told by its number."""
    teller = _Teller(names, catalogue, language)
    return _melted(teller.sentence(expression))


def phrase_pieces(
    expression: Expression,
    *,
    names: Mapping[GroupId, str],
    catalogue: Catalogue,
    language: Language,
) -> Pieces:
    """Answer one part by itself, in small letters: `met woonplaats Delft`."""
    teller = _Teller(names, catalogue, language)
    return _melted(teller.phrase(expression))


def label_of_field(code: str, *, catalogue: Catalogue, language: Language) -> str:
    """Answer how a field is called in the middle of a sentence."""
    return _Teller({}, catalogue, language).label(code)


def values_text(
    code: str, values: Iterable[Scalar], *, catalogue: Catalogue, language: Language
) -> str:
    """Answer the values that a contact has in a field, as a list: `Delft en Leiden`."""
    teller = _Teller({}, catalogue, language)
    return text_of(teller.values(code, values))


def operand_text(condition: Where, *, catalogue: Catalogue, language: Language) -> str:
    """Answer what a condition compares with: `Delft of Leiden`."""
    return text_of(_Teller({}, catalogue, language).operand(condition))


def text_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Teller:
    names: Mapping[GroupId, str]
    catalogue: Catalogue
    language: Language

    @property
    def phrases(self) -> Phrases:
        return PHRASES[self.language]

    def label(self, code: str) -> str:
        return self._label(code, self.catalogue.field(code))

    def values(self, code: str, values: Iterable[Scalar]) -> Pieces:
        facts = self.catalogue.field(code)
        texts = [(ValueText(self._scalar(one, facts)),) for one in values]
        return _listed(texts, self.phrases.last_of_list)

    def operand(self, condition: Where) -> Pieces:
        return self._value(condition, self.catalogue.field(condition.field))

    def sentence(self, expression: Expression) -> Pieces:
        return _filled(self.phrases.sentence, whole=self._whole(expression))

    def phrase(self, expression: Expression) -> Pieces:
        """Answer words that can follow `everyone`."""
        node = _bare(expression)
        match node:
            case AnyOf() | AllOf() | AtLeast():
                return self._parts(node)
            case Except(base, removed):
                return self._excepted(self._base(base), removed)
            case Where() | SameAddress():
                return self._asked(node)
            case Everyone() | GroupMembers() | HasRole() | MemberSince():
                return self._belonging(node)
            case _:
                assert_never(node)

    def _whole(self, expression: Expression) -> Pieces:
        node = _bare(expression)
        match node:
            case Everyone():
                return _words(self.phrases.everyone)
            case AnyOf(()):
                return _words(self.phrases.nobody)
            case Except(base, removed) if not _needs_brackets_as_base(_bare(base)):
                return self._excepted(self._whole(base), removed)
            case _:
                return _filled(self.phrases.whoever, phrase=self.phrase(node))

    def _base(self, expression: Expression) -> Pieces:
        if _needs_brackets_as_base(_bare(expression)):
            return self._bracketed(expression)
        return self.phrase(expression)

    def _excepted(self, base: Pieces, removed: Sequence[Expression]) -> Pieces:
        if _are_groups(removed):
            groups = self._group_list(removed, self.phrases.last_of_any)
            return _filled(self.phrases.except_groups, base=base, groups=groups)
        phrase = self.phrase(AnyOf(tuple(removed)))
        return _filled(self.phrases.except_others, base=base, phrase=phrase)

    def _parts(self, branch: AnyOf | AllOf | AtLeast) -> Pieces:
        match branch:
            case AnyOf(()):
                return _words(self.phrases.in_nobody)
            case AnyOf(parts) if _are_groups(parts):
                groups = self._group_list(parts, self.phrases.last_of_any)
                return _filled(self.phrases.in_groups, groups=groups)
            case AnyOf(parts):
                return _listed(map(self._operand, parts), self.phrases.last_of_any)
            case AllOf(parts):
                return _listed(map(self._operand, parts), self.phrases.last_of_all)
            case AtLeast():
                return self._counted(branch)
            case _:
                assert_never(branch)

    def _counted(self, counted: AtLeast) -> Pieces:
        count = (ValueText(str(counted.count)),)
        if _are_groups(counted.parts):
            groups = self._group_list(counted.parts, self.phrases.last_of_list)
            return _filled(self.phrases.in_groups_at_least, count=count, groups=groups)
        phrases = _listed(map(self._operand, counted.parts), "; ", "; ")
        return _filled(self.phrases.meeting_at_least, count=count, phrases=phrases)

    def _operand(self, expression: Expression) -> Pieces:
        if _needs_brackets(_bare(expression)):
            return self._bracketed(expression)
        return self.phrase(expression)

    def _bracketed(self, expression: Expression) -> Pieces:
        return _filled(self.phrases.bracketed, phrase=self.phrase(expression))

    def _belonging(
        self, leaf: Everyone | GroupMembers | HasRole | MemberSince
    ) -> Pieces:
        match leaf:
            case Everyone():
                return _words(self.phrases.in_everyone)
            case GroupMembers(group):
                name = self._group_name(group)
                return _filled(self.phrases.in_groups, groups=name)
            case HasRole(role):
                value = (ValueText(self.phrases.role_names[role]),)
                return _filled(self.phrases.with_role, role=value)
            case MemberSince(group, op, since):
                return _filled(
                    self.phrases.since[op],
                    group=self._group_name(group),
                    value=(ValueText(self._since(op, since)),),
                )
            case _:
                assert_never(leaf)

    def _asked(self, condition: Where | SameAddress) -> Pieces:
        if isinstance(condition, SameAddress):
            phrase = self.phrase(AllOf(condition.conditions))
            return _filled(self.phrases.at_one_address, phrase=phrase)
        facts = self.catalogue.field(condition.field)
        return _filled(
            self._template(condition),
            field=_words(self._label(condition.field, facts)),
            value=self._value(condition, facts),
        )

    def _template(self, condition: Where) -> str:
        if isinstance(condition.value, date):
            special = self.phrases.date_conditions.get(condition.op)
            return special or self.phrases.conditions[condition.op]
        return self.phrases.conditions[condition.op]

    def _label(self, code: str, facts: FieldFacts | None) -> str:
        label = facts.labels[self.language] if facts else code
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def _value(self, condition: Where, facts: FieldFacts | None) -> Pieces:
        value = condition.value
        match OPERANDS[condition.op]:
            case Operand.NOTHING:
                return ()
            case Operand.DAYS:
                return (ValueText(_number_of(value, self.phrases.day)),)
            case Operand.YEARS:
                return (ValueText(_number_of(value, self.phrases.year)),)
            case Operand.RANGE:
                return self._range(value, facts)
            case Operand.ONE | Operand.SEVERAL:
                texts = [(ValueText(self._scalar(one, facts)),) for one in _all(value)]
                return _listed(texts, self.phrases.last_of_any)
            case _:
                assert_never(OPERANDS[condition.op])

    def _range(self, value: Value, facts: FieldFacts | None) -> Pieces:
        lowest, highest = (
            (ValueText(self._scalar(one, facts)),) for one in _all(value)
        )
        return _filled(self.phrases.range, lowest=lowest, highest=highest)

    def _since(self, op: SinceOperator, value: date | int) -> str:
        if op is SinceOperator.AT_LEAST_DAYS or not isinstance(value, date):
            return _number_of(value, self.phrases.day)
        return self._date(value)

    def _scalar(self, value: Scalar, facts: FieldFacts | None) -> str:
        match value:
            case bool():
                return self.phrases.answers[value]
            case date():
                return self._date(value)
            case str():
                return _quoted_where_needed(self._chosen(value, facts))
            case Decimal() | int():
                return self._number(Decimal(value), facts)
            case _:
                assert_never(value)

    def _chosen(self, value: str, facts: FieldFacts | None) -> str:
        choices = facts.choices if facts else ()
        for choice in choices:
            if choice.code == value:
                return choice.labels[self.language]
        return value

    def _date(self, day: date) -> str:
        return f"{day.day} {self.phrases.months[day.month - 1]} {day.year}"

    def _number(self, number: Decimal, facts: FieldFacts | None) -> str:
        is_money = facts is not None and facts.type is FieldType.MONEY
        english = f"{_with_cents(number) if is_money else number:,f}"
        marks = self.phrases.thousands_mark + self.phrases.decimal_mark
        written = english.translate(str.maketrans(",.", marks))
        return self.phrases.money.format(number=written) if is_money else written

    def _group_list(self, groups: Sequence[GroupMembers], last: str) -> Pieces:
        return _listed([self._group_name(one.group) for one in groups], last)

    def _group_name(self, group: GroupId) -> Pieces:
        name = self.names.get(group)
        if name is None:
            return (GroupName(group, self.phrases.unnamed_group.format(group=group)),)
        return (GroupName(group, _quoted_where_needed(name)),)


def _bare(expression: Expression) -> Expression:
    """Take off brackets around one part, which no reader needs."""
    match expression:
        case AnyOf((part,)) | AllOf((part,)) | AtLeast(_, (part,)) | Except(part, ()):
            return _bare(part)
        case _:
            return expression


def _are_groups(parts: Sequence[Expression]) -> TypeGuard[Sequence[GroupMembers]]:
    return all(isinstance(part, GroupMembers) for part in parts)


def _needs_brackets(node: Expression) -> bool:
    match node:
        case AnyOf(()):
            return False
        case AnyOf() | AllOf() | AtLeast() | Except():
            return True
        case Where(_, Operator.IN | Operator.NOT_IN, value):
            return len(_all(value)) > 1
        case _:
            return False


def _needs_brackets_as_base(node: Expression) -> bool:
    match node:
        case Except():
            return True
        case AtLeast(_, parts):
            return not _are_groups(parts)
        case _:
            return False


def _all(value: Value) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _number_of(count: Value, words: tuple[str, str]) -> str:
    one, more = words
    return f"{count} {one if count == 1 else more}"


def _with_cents(amount: Decimal) -> Decimal:
    fine = amount.normalize().as_tuple().exponent
    return amount if isinstance(fine, int) and fine < _CENTS else round(amount, 2)


def _quoted_where_needed(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and not _SENTENCE_WORDS.search(name):
        return name
    return f"“{name}”"


def _words(text: str) -> Pieces:
    return (Words(text),)


def _filled(template: str, **gaps: Pieces) -> Pieces:
    pieces: list[Piece] = []
    for text, gap, _, _ in Formatter().parse(template):
        if text:
            pieces.append(Words(text))
        if gap:
            pieces.extend(gaps[gap])
    return tuple(pieces)


def _listed(items: Iterable[Pieces], last: str, others: str = ", ") -> Pieces:
    listed = list(items)
    pieces: list[Piece] = []
    for place, item in enumerate(listed):
        if place:
            pieces.append(Words(last if place == len(listed) - 1 else others))
        pieces.extend(item)
    return tuple(pieces)


def _melted(pieces: Pieces) -> Pieces:
    """Join words that follow each other."""
    melted: list[Piece] = []
    for piece in pieces:
        last = melted[-1] if melted else None
        if isinstance(piece, Words) and isinstance(last, Words):
            melted[-1] = Words(last.text + piece.text)
        else:
            melted.append(piece)
    return tuple(melted)
