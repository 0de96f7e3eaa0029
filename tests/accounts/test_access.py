"""Who may: named by every view and command, and enforced before the view runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from kring.accounts.access import (
    Anyone,
    EndsLooking,
    PortalAccount,
    PortalContact,
    StaffFrom,
    TokenBearer,
    access_of,
    anyone_may,
    operator_may,
    reaches,
    staff_may,
    token_may,
)
from kring.accounts.middleware import OnlyWhoMay
from kring.accounts.models import StaffRole, User
from kring.api.bearer import Bearer, Nobody
from kring.api.door import KringAPI, api
from kring.api.errors import TokenRefusedError

WAYS_IN = (
    Anyone,
    StaffFrom,
    TokenBearer,
    PortalAccount,
    PortalContact,
    EndsLooking,
)


def patterns_in(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns_in(entry)
        else:
            yield entry


def test_every_view_names_who_may():
    nameless = [
        str(pattern.pattern)
        for pattern in patterns_in(get_resolver())
        if not isinstance(access_of(pattern.callback), WAYS_IN)
    ]
    assert nameless == []


def operations() -> Iterator[tuple[str, Operation]]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{'/'.join(operation.methods)} {path}", operation


def roles_of(operation: Operation) -> list[StaffRole | None]:
    """The staff role that each way in asks for; None where it is no token's."""
    return [
        way.access.role if isinstance(way, Bearer) else None
        for way in operation.auth_callbacks
    ]


def test_every_operation_of_the_api_names_the_staff_role_of_its_token():
    asked = {name: roles_of(operation) for name, operation in operations()}
    assert len(asked) > 20
    assert {
        name for name, roles in asked.items() if len(roles) != 1 or None in roles
    } == (set())


def test_who_may_only_look_changes_nothing_through_the_api():
    only_asks = {"POST /groups/preview", "POST /groups/overlap"}
    wrong = [
        name
        for name, operation in operations()
        if (roles_of(operation) == [StaffRole.READER])
        != (name.startswith("GET ") or name in only_asks)
    ]
    assert wrong == []


def test_an_operation_that_names_nobody_opens_for_nobody(ans):
    nameless = KringAPI(auth=Nobody(), urls_namespace="nameless")

    @nameless.get("/x")
    def view(request): ...

    [(_, operation)] = [
        (path, view.operations[0])
        for router in nameless._get_bound_routers()
        for path, view in router.path_operations.items()
    ]
    request = RequestFactory().get("/x", headers={"Authorization": "Bearer x"})
    request.user = ans
    with pytest.raises(TokenRefusedError):
        operation.auth_callbacks[0](request)


def test_a_view_for_tokens_is_reached_without_a_session():
    @token_may
    def view(request): ...

    assert passes(view, None)


def passes(view, user: User | None) -> bool:
    """Whether a request by this user reaches the view."""
    request = RequestFactory().get("/x/")
    request.user = user or User()
    return OnlyWhoMay(HttpResponse).process_view(request, view, (), {}) is None


def test_a_view_that_names_nobody_opens_for_nobody(ans):
    def view(request): ...

    with pytest.raises(PermissionDenied):
        passes(view, ans)


def test_a_command_is_no_view(ans):
    @operator_may
    def command(): ...

    with pytest.raises(PermissionDenied):
        passes(command, ans)


def test_a_view_for_anyone_opens_for_anyone(stranger):
    @anyone_may
    def view(request): ...

    assert passes(view, stranger)


@pytest.mark.parametrize(
    ("held", "opens_for"),
    [
        ("", set()),
        ("reader", {"reader"}),
        ("staff", {"reader", "staff"}),
        ("admin", {"reader", "staff", "admin"}),
    ],
)
def test_a_higher_role_may_what_a_lower_one_may(held, opens_for):
    user = User(staff_role=held)
    assert {role for role in StaffRole if reaches(user, role)} == opens_for


def test_a_closed_account_reaches_nothing():
    assert not reaches(User(staff_role="admin", is_active=False), StaffRole.READER)


@pytest.mark.parametrize("held", ["", "reader", "staff"])
def test_a_lower_role_is_refused(held):
    @staff_may(StaffRole.ADMIN)
    def view(request): ...

    with pytest.raises(PermissionDenied):
        passes(view, User(staff_role=held))


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    response = client.get("/contacten/?q=a")
    assert response.url == "/inloggen/?next=/contacten/%3Fq%3Da"


def test_a_stranger_s_post_comes_back_to_the_first_page(client):
    assert client.post("/contacten/").url == "/inloggen/?next=/"


def test_a_stranger_s_htmx_request_turns_the_whole_page(client):
    response = client.get(
        "/contacten/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/groepen/"},
    )
    assert response["HX-Redirect"] == "/inloggen/?next=/groepen/"


def test_a_made_up_page_is_not_where_an_htmx_request_comes_back_to(client):
    response = client.get(
        "/contacten/",
        headers={"HX-Request": "true", "HX-Current-URL": "https://elders.example/x"},
    )
    assert response["HX-Redirect"] == "/inloggen/?next=/"


@pytest.mark.parametrize("path", ["/", "/groepen/", "/contacten/", "/sjablonen/"])
def test_a_user_without_a_staff_role_opens_no_staff_page(client, stranger, path):
    client.force_login(stranger)
    response = client.get(path)
    assert response.status_code == 403
    assert "Vraag een beheerder" in response.content.decode()
