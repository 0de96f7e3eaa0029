"""How figures and days are written, and how a form's controls are dressed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from email.utils import parseaddr

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.forms.utils import RenderableMixin
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kring.contacts.models import FieldType
from kring.contacts.queries import OwnField
from kring.contacts.values import written_phone
from kring.ui.announcements import undo_address_of

register = template.Library()


@register.filter
def number(value: int) -> str:
    """1204 becomes 1.204 in Dutch."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def megabytes(size: int) -> str:
    """5 MB, and 5,1 MB of anything more, so that what is too large is seen to be."""
    tenths = Decimal(-(-size * 10 // 2**20))
    written = formats.number_format((tenths / 10).normalize(), use_l10n=True)
    return _("%(count)s MB") % {"count": written}


@register.filter
def day(value: date | None) -> str:
    """3 mei 2026."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return formats.date_format(local, "j F Y")


@register.filter
def moment(value: datetime | None) -> str:
    """3 mei 2026, 14:05."""
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value), "j F Y, H:i")


@register.filter
def mailbox(written: str) -> str:
    """Who mails, or is mailed: Ans Aalbers <ans@voorbeeld.nl>, without any quotes."""
    name, address = parseaddr(written)
    return f"{name} <{address}>" if name and address else written


@register.filter
def phone(written: str) -> str:
    """015 123 4567 in the Netherlands; elsewhere with the code of the country."""
    return written_phone(written)


@register.filter
def field_value(shown: OwnField) -> str:
    """A custom field's value as people read it."""
    match shown.value:
        case bool():
            return _("yes") if shown.value else _("no")
        case list():
            return ", ".join(shown.value)
        case str():
            return _written(shown.value, shown.type)


def _written(value: str, field_type: str) -> str:
    if field_type == FieldType.DATE:
        return day(date.fromisoformat(value))
    if field_type == FieldType.MONEY:
        return _("€ %(amount)s") % {
            "amount": formats.number_format(value, decimal_pos=2, force_grouping=True)
        }
    return value


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control in the house's look."""
    widget = field.field.widget
    dressed = " ".join(filter(None, [widget.attrs.get("class"), _look_of(widget)]))
    invalid = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": dressed + invalid})


@register.filter
def what_is_wrong(field: BoundField) -> SafeString:
    """The field's first error with a link to the field, whose label stands once."""
    label, error = str(field.label), str(field.errors[0])
    before, named, after = error.partition(label)
    if before or not named:
        after = f": {error}"
    return format_html('<a href="#{}">{}</a>{}', field.id_for_label, label, after)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the label stands right of the control: a tick box or switch."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_set_of_choices(field: BoundField) -> bool:
    """Whether the field is a group of radio buttons or tick boxes."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def undo_address(message: Message) -> str:
    """Where a message's undo button posts to; empty where it has none."""
    return undo_address_of(message)


def _look_of(widget: forms.Widget | RenderableMixin) -> str:
    match widget:
        case (
            forms.CheckboxInput() | forms.RadioSelect() | forms.CheckboxSelectMultiple()
        ):
            return "form-check-input"
        case forms.Select():
            return "form-select"
        case _:
            return "form-control"
