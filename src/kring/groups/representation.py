"""A group as JSON, the same at every door."""

from __future__ import annotations

from kring.groups.models import Fill, Group


def group_as_json(group: Group, *, member_count: int) -> dict[str, object]:
    """The settings and state of a group; dates in ISO 8601, people by e-mail."""
    return {
        "id": group.pk,
        "name": group.name,
        "description": group.description,
        "kind": group.kind,
        "responsible": group.responsible and group.responsible.email,
        "starts_on": group.starts_on,
        "ends_on": group.ends_on,
        "visible_on_portal": group.visible_on_portal,
        "visible_at_contact": group.visible_at_contact,
        "editable_on_portal": group.editable_on_portal,
        "portal_name": group.portal_name,
        "portal_order": group.portal_order,
        "welcome_template": group.welcome_template_id,
        "welcome_policy": group.welcome_policy,
        "welcome_delay_hours": group.welcome_delay_hours,
        "welcome_mailbox": group.welcome_mailbox_id,
        "neighbourhood_role": group.neighbourhood_role or None,
        "definition": group.definition,
        "closed": group.is_closed,
        "closed_at": group.closed_at,
        "created_at": group.created_at,
        "created_by": group.created_by and group.created_by.email,
        "member_count": member_count,
        "state": "filling" if is_filling(group) else "ready",
    }


def is_filling(group: Group) -> bool:
    """Whether the members are still being brought to a new definition."""
    try:
        return group.fill is not None
    except Fill.DoesNotExist:
        return False
