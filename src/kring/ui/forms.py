"""How a form field looks: label, control, help and error, tied for screen readers."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class KringRenderer(TemplatesSetting):
    field_template_name = "ui/field.html"
