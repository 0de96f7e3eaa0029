"""Who asks: the token that is brought, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.actors import OPERATOR, actor_of
from kring.accounts.models import StaffRole, Token, User
from kring.accounts.tokens import digest_of
from kring.actions.errors import NotAllowedError
from kring.actions.tokens import (
    NoStaffRoleError,
    TokenNameMissingError,
    UnknownTokenError,
    add_token,
    revoke_token,
)
from tests.api.conftest import Program, program_of, refusal


def test_without_a_token_nothing_opens(stranger: Program):
    response = stranger.gets("/groups")
    assert refusal(response) == (401, "token_needed")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer kring_wrong", "Bearer \udce9", "Bearer  é"])
def test_a_made_up_token_opens_nothing(stranger: Program, header: str):
    response = stranger.gets("/groups", Authorization=header)
    assert refusal(response) == (401, "token_refused")


def test_another_scheme_is_no_token(stranger: Program):
    response = stranger.gets("/groups", Authorization="Basic YW5uYTp4")
    assert refusal(response) == (401, "token_needed")


def test_a_session_opens_nothing(stranger: Program, staff: User):
    stranger.client.force_login(staff)
    assert refusal(stranger.gets("/groups")) == (401, "token_needed")
    assert refusal(stranger.posts("/groups", {"name": "X"})) == (401, "token_needed")


def test_a_token_needs_no_csrf_mark(program: Program):
    assert program.posts("/groups", {"name": "Koor"}).status_code == 201


def test_who_may_only_look_changes_nothing(onlooker: Program):
    assert onlooker.gets("/groups").status_code == 200
    assert refusal(onlooker.posts("/groups", {"name": "Koor"})) == (403, "role_too_low")


def test_a_revoked_token_opens_nothing(program: Program):
    revoke_token(Token.objects.get().pk, by=OPERATOR)
    assert refusal(program.gets("/groups")) == (401, "token_refused")


def test_a_disabled_user_s_token_opens_nothing(program: Program, staff: User):
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert refusal(program.gets("/groups")) == (401, "token_refused")


def test_who_lost_the_staff_role_may_nothing(program: Program, staff: User):
    User.objects.filter(pk=staff.pk).update(staff_role="")
    assert refusal(program.gets("/groups")) == (403, "role_too_low")


def test_a_demo_token_works_on_this_machine_alone(program: Program, staff: User):
    User.objects.filter(pk=staff.pk).update(demo_only=True)
    here = program.gets("/groups", Host="localhost")
    elsewhere = program.client.get(
        "/api/v1/groups",
        headers={"Authorization": f"Bearer {program.secret}", "Host": "localhost"},
        REMOTE_ADDR="192.0.2.7",
    )
    assert here.status_code == 200
    assert elsewhere.status_code == 401


def test_only_the_digest_is_kept(program: Program):
    token = Token.objects.get()
    assert token.digest == digest_of(program.secret)
    assert program.secret not in repr(Token.objects.values_list())


def test_secrets_are_long_and_differ(staff: User):
    first, second = (add_token("x", user=staff, by=OPERATOR).secret for _ in range(2))
    assert first != second
    assert len(first) >= len("kring_") + 43


def test_use_is_noted_now_and_then(program: Program, django_assert_num_queries):
    program.gets("/fields")
    token = Token.objects.get()
    assert token.last_used_at is not None
    with django_assert_num_queries(3):
        program.gets("/fields")
    earlier = timezone.now() - timedelta(minutes=6)
    Token.objects.update(last_used_at=earlier)
    program.gets("/fields")
    assert Token.objects.filter(last_used_at__gt=earlier).exists()


def test_a_token_needs_a_name(staff: User):
    with pytest.raises(TokenNameMissingError):
        add_token("  ", user=staff, by=OPERATOR)


def test_who_may_nothing_gets_no_token(db):
    nobody = User.objects.create(email="bo@elders.example")
    with pytest.raises(NoStaffRoleError):
        add_token("x", user=nobody, by=OPERATOR)


def test_staff_gives_itself_tokens_and_nobody_else(staff: User):
    other = User.objects.create(email="bo@kring.example", staff_role=StaffRole.STAFF)
    add_token("own", user=staff, by=actor_of(staff))
    with pytest.raises(NotAllowedError):
        add_token("other's", user=other, by=actor_of(staff))


def test_a_token_is_revoked_once(program: Program):
    token = Token.objects.get().pk
    revoke_token(token, by=OPERATOR)
    with pytest.raises(UnknownTokenError):
        revoke_token(token, by=OPERATOR)
    with pytest.raises(UnknownTokenError):
        revoke_token(token + 1, by=OPERATOR)


def test_what_a_program_changes_its_user_answers_for(program: Program):
    koor = program.posts("/groups", {"name": "Koor"}).json()["id"]
    [change] = program.items(f"/groups/{koor}/changes")
    assert change["actor"] == "anna@kring.example"


def test_every_program_has_a_token_of_its_own(staff: User):
    first, second = program_of(staff), program_of(staff)
    revoke_token(Token.objects.order_by("pk")[0].pk, by=OPERATOR)
    assert first.gets("/groups").status_code == 401
    assert second.gets("/groups").status_code == 200
