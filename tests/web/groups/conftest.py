"""A small cooperative, and somebody of the staff who looks at its groups."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.world import World


@pytest.fixture
def cooperative(world: World) -> World:
    """Leden: Ada, Ben; Vrijwilligers: Ben, Cas; Oud-leden: Cas."""
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Vrijwilligers"])
    world.contact("Cas", groups=["Vrijwilligers", "Oud-leden"])
    return world


@pytest.fixture
def at_desk(client: Client, staff) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def reading(client: Client, reader) -> Client:
    client.force_login(reader)
    return client
