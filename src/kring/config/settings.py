"""Django's settings, from environment variables; importing them starts nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject

from kring.config import environment
from kring.config.environment import Encryption
from kring.config.logs import logging_for

ENVIRONMENT = environment.read()
IS_HTTPS = ENVIRONMENT.base_url.startswith("https:")

DEBUG = ENVIRONMENT.debug
# Made and kept when it is first asked for: importing settings writes nothing.
SECRET_KEY: str | SimpleLazyObject[str] = ENVIRONMENT.secret_key or SimpleLazyObject(
    partial(environment.kept_secret_key, ENVIRONMENT.data)
)
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
KRING_DATA: Path = ENVIRONMENT.data
DATABASE_IS_EMBEDDED = ENVIRONMENT.database_is_embedded
KRING_BASE_URL = ENVIRONMENT.base_url
KRING_MAIL_SERVER = ENVIRONMENT.mail_server
KRING_MAIL_RETRY_SECONDS = ENVIRONMENT.mail_retry_seconds
KRING_MAIL_PER_MINUTE = ENVIRONMENT.mail_per_minute
KRING_MAIL_WEBHOOK_SECRET = ENVIRONMENT.mail_webhook_secret

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
    "ninja",
    "template_partials",
    "procrastinate.contrib.django",
    "kring.accounts",
    "kring.contacts",
    "kring.cooperative",
    "kring.groups",
    "kring.mailing",
    "kring.ui",
    "kring.portal",
    "kring.web",
    # After kring.web, whose templates of the same name replace theirs.
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kring.config.static.ServeByContent",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kring.ui.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kring.accounts.middleware.DemoSignInsStayLocal",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kring.web.errors.wrong_method",
    "kring.accounts.middleware.OnlyWhoMay",
    "kring.portal.presence.noted",
]

ROOT_URLCONF = "kring.config.urls"
WSGI_APPLICATION = "kring.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **ENVIRONMENT.database,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "kring.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation"
        ".UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_ADAPTER = "kring.web.sign_in.adapter.StaffSignIn"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "kring.web.sign_in.forms.SignInForm",
    "reset_password_from_key": "kring.web.sign_in.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Django's own: allauth's keeps a second table of e-mail addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
)
# Beside allauth's own, for each place; for each address the codes count themselves.
ACCOUNT_RATE_LIMITS = {
    "portal_code": "60/m/ip",
    "portal_try": "60/m/ip",
    "portal_download": "10/h/key",
    "portal_erasure": "5/d/key",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENVIRONMENT.mail_server
    else "kring.mailing.kept_here.KeptHere"
)
if ENVIRONMENT.mail_server:
    EMAIL_HOST = ENVIRONMENT.mail_server.host
    EMAIL_PORT = ENVIRONMENT.mail_server.port
    EMAIL_HOST_USER = ENVIRONMENT.mail_server.user
    EMAIL_HOST_PASSWORD = ENVIRONMENT.mail_server.password
    EMAIL_USE_TLS = ENVIRONMENT.mail_server.encryption is Encryption.STARTTLS
    EMAIL_USE_SSL = ENVIRONMENT.mail_server.encryption is Encryption.IMPLICIT
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
SERVER_EMAIL = ENVIRONMENT.mail_from

CACHES = {
    "default": {
        # Sign-in attempts are counted here, for all server processes together.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sign_in_attempts",
        # With the few hundred of Django's default, strangers could push others' out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
CSRF_FAILURE_VIEW = "kring.web.errors.stale_form"
FORM_RENDERER = "kring.ui.forms.KringRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "kring_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kring.config.static.NamedByContent"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = logging_for(formatter="with_traceback" if DEBUG else "one_line")

SECURE_SSL_REDIRECT = IS_HTTPS
# Who watches over the server asks it directly, and not by its address for people.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# The proxy that speaks https for Kring says so, and who asks; else it is not believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_HTTPS else 0
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
