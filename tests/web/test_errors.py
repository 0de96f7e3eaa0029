"""Pages for what cannot be answered."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client

from kring.accounts.models import User
from kring.web import errors


def test_an_unknown_address_says_so_in_the_frame(client, staff):
    client.force_login(staff)
    response = client.get("/nergens/")
    assert response.status_code == 404
    assert "Deze pagina bestaat niet" in response.content.decode()
    assert "Hoofdmenu" in response.content.decode()


def test_a_stranger_sees_no_menu_on_an_error_page(client):
    page = client.get("/nergens/").content.decode()
    assert "Deze pagina bestaat niet" in page
    assert "Hoofdmenu" not in page


def test_staff_without_the_right_role_reads_whom_to_ask(rf, reader, admin):
    request = rf.get("/")
    request.user = reader
    page = errors.refused(request, PermissionDenied()).content.decode()
    assert f'<a href="mailto:{admin.email}">Eva Baas</a>' in page


def test_a_stranger_does_not_read_who_the_administrators_are(client, admin):
    stranger = User.objects.create(email="bo@elders.example")
    client.force_login(stranger)
    page = client.get("/groepen/").content.decode()
    assert "Vraag een beheerder" in page
    assert "Uitloggen" in page
    assert admin.email not in page


def test_a_form_of_another_session_says_what_to_do(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    response = client.post("/uitloggen/")
    assert response.status_code == 403
    assert "Dit formulier is verlopen" in response.content.decode()


def test_an_unreadable_request_says_so(rf):
    response = errors.unreadable(rf.get("/"), SuspiciousOperation())
    assert response.status_code == 400
    assert "niet te lezen" in response.content.decode()


def test_the_page_for_what_broke_needs_no_database(rf):
    response = errors.broken(rf.get("/"))
    assert response.status_code == 500
    assert "niet opgeslagen" in response.content.decode()


@pytest.mark.parametrize("path", ["/nergens/", "/inloggen/uit/"])
def test_error_pages_have_no_fault(visitor, path):
    visitor.goes_to(path)
    visitor.finds_no_fault("not-found")
    visitor.was_told("404")
