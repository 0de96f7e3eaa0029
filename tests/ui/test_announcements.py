"""What a page says after an act, with its undo."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from kring.ui.announcements import announce, warn


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    SessionMiddleware(HttpResponse).process_request(request)
    MessageMiddleware(HttpResponse).process_request(request)
    return request


def shown(request: HttpRequest) -> str:
    messages = get_messages(request)
    return render_to_string("ui/announcements.html", {"messages": messages}, request)


def test_an_act_is_told_with_a_button_that_undoes_it(request_):
    announce(request_, "12 leden toegevoegd.", undo_at="/wijzigingen/7/terug/")
    page = shown(request_)
    assert "12 leden toegevoegd." in page
    assert '<form method="post" action="/wijzigingen/7/terug/">' in page
    assert "Ongedaan maken" in page


def test_an_act_without_undo_has_no_button(request_):
    announce(request_, "Opgeslagen.")
    assert "<form" not in shown(request_)


def test_a_name_in_an_announcement_cannot_be_markup(request_):
    warn(request_, "<script>groep</script> bestaat niet.")
    assert "&lt;script&gt;" in shown(request_)
