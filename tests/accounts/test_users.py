"""Adding users, and what the database holds them to."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kring.accounts import queries
from kring.accounts.actors import OPERATOR, actor_of
from kring.accounts.models import StaffRole, User
from kring.actions.errors import NotAllowedError
from kring.actions.users import (
    EmailAddressTakenError,
    EmailAddressUnreadableError,
    PasswordTooWeakError,
    add_demo_user,
    add_user,
    set_password,
)
from tests.accounts.passwords import PASSWORD


def test_an_address_is_kept_in_lower_case():
    user = add_user(" Ans@Kring.EXAMPLE ", role=StaffRole.READER, by=OPERATOR)
    assert user.email == "ans@kring.example"


def test_a_new_user_cannot_sign_in_before_setting_a_password():
    user = add_user("ans@kring.example", role=StaffRole.READER, by=OPERATOR)
    assert not user.has_usable_password()


@pytest.mark.usefixtures("ans")
def test_an_address_has_one_account():
    with pytest.raises(EmailAddressTakenError) as refusal:
        add_user("ANS@kring.example", role=StaffRole.ADMIN, by=OPERATOR)
    assert refusal.value.email == "ans@kring.example"
    assert User.objects.count() == 1


@pytest.mark.parametrize("nonsense", ["", "ans", "ans@", "a b@kring.example", "a@b\0c"])
def test_what_is_no_address_is_refused(nonsense):
    with pytest.raises(EmailAddressUnreadableError):
        add_user(nonsense, role=StaffRole.STAFF, by=OPERATOR)


def test_an_administrator_adds_users_and_is_remembered_for_it():
    admin = add_user("eva@kring.example", role=StaffRole.ADMIN, by=OPERATOR)
    added = add_user("bo@kring.example", role=StaffRole.STAFF, by=actor_of(admin))
    assert added.created_by == admin


def test_other_staff_adds_no_users(ans):
    with pytest.raises(NotAllowedError):
        add_user("bo@kring.example", role=StaffRole.STAFF, by=actor_of(ans))


def test_a_weak_password_is_refused_and_the_old_one_stays(ans):
    with pytest.raises(PasswordTooWeakError) as refusal:
        set_password(ans, "kort")
    assert len(refusal.value.reasons) == 1
    assert ans.check_password(PASSWORD)


@pytest.mark.parametrize(
    "wrong",
    [{"email": "Ans@kring.example"}, {"email": "x@y.example", "staff_role": "boss"}],
)
def test_the_database_refuses_what_no_action_would_write(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**wrong)


@pytest.mark.usefixtures("stranger")
def test_staff_are_those_with_a_role_and_an_open_account(ans):
    User.objects.create(email="oud@kring.example", staff_role="staff", is_active=False)
    assert list(queries.staff()) == [ans]


def test_demo_users_are_nobody_s_administrator():
    eva = add_user("eva@kring.example", role=StaffRole.ADMIN, by=OPERATOR)
    add_demo_user(
        "demo@kring.example", role=StaffRole.ADMIN, name="Demo", password=PASSWORD
    )
    assert list(queries.administrators()) == [eva]


def test_a_user_is_found_by_address_in_any_case(ans):
    assert queries.user_with_email(" ANS@kring.example") == ans
    assert User.objects.get_by_natural_key("Ans@Kring.example") == ans


def test_a_user_is_called_by_name_or_else_by_address(ans, stranger):
    assert [str(ans), str(stranger)] == ["Ans", "bo@elders.example"]
