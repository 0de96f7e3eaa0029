"""A form field: label, control, help and error, tied together for screen readers."""

from __future__ import annotations

import re

import pytest
from django import forms

from kring.ui.templatetags.ui import what_is_wrong


class Example(forms.Form):
    name = forms.CharField(label="Naam", help_text="Kort en herkenbaar.")
    note = forms.CharField(label="Notitie", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Soort", choices=[("a", "A")])
    how = forms.ChoiceField(
        label="Hoe", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    closed = forms.BooleanField(label="Gesloten", required=False)


def written(field: str, form: forms.Form) -> str:
    return re.sub(r"\s+", " ", form[field].as_field_group())


def test_the_label_help_and_error_belong_to_the_control():
    form = Example({"name": ""})
    page = written("name", form)
    assert '<label class="form-label" for="id_name">Naam' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext">Kort en herkenbaar.' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_what_may_stay_empty_says_so():
    assert "niet verplicht" in written("note", Example())
    assert "niet verplicht" not in written("name", Example())


def test_a_tick_box_stands_left_of_its_label():
    page = written("closed", Example())
    assert page.index("<input") < page.index("<label")
    assert "niet verplicht" not in page


def test_a_choice_of_radio_buttons_is_a_group_with_a_name():
    page = written("how", Example())
    assert '<legend class="form-label">Hoe' in page
    assert page.count('type="radio"') == 2


@pytest.mark.parametrize(
    ("field", "look"),
    [
        ("name", "form-control"),
        ("note", "form-control"),
        ("kind", "form-select"),
        ("closed", "form-check-input"),
        ("how", "form-check-input"),
    ],
)
def test_each_control_has_the_look_of_its_kind(field, look):
    assert f'class="{look}"' in written(field, Example())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("Vul iets in.", '<a href="#id_name">Naam</a>: Vul iets in.'),
        ("Naam is te lang.", '<a href="#id_name">Naam</a> is te lang.'),
        ("Kies een <b>.", '<a href="#id_name">Naam</a>: Kies een &lt;b&gt;.'),
    ],
)
def test_what_is_wrong_is_told_with_its_label_once(error: str, told: str):
    form = Example({"name": "x", "kind": "a", "how": "a"})
    form.add_error("name", error)
    assert what_is_wrong(form["name"]) == told
