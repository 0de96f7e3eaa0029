"""Where allauth's sign-in follows this house's rules."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kring.accounts.locality import stays_local
from kring.accounts.models import User
from kring.actions.users import set_password


class StaffSignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up; demo users sign in on their own machine only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is not right."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def pre_login(
        self, request: HttpRequest, user: User, **circumstances: object
    ) -> HttpResponse | None:
        if user.demo_only and not stays_local(request):
            return render(request, "web/sign_in/demo_refused.html", status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **circumstances)
        return answer

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        if isinstance(user, User):
            set_password(user, password)
