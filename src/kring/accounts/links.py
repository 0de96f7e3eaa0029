"""The link by which a user sets a password, once and within a day."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from kring.accounts.models import User


def password_link(user: User) -> str:
    """Stops working when used, when the user signs in, or after a day."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.KRING_BASE_URL.rstrip('/')}{path}"
