"""The templates of mails."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Final

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Base64Bytes, BaseModel, StrictStr

from kring.actions.templates import (
    Attachment,
    TemplateTexts,
    create_template,
    delete_template,
    edit_template,
    texts_of,
)
from kring.api.answers import ApiResponse, changed, found, gone, made
from kring.api.bearer import READERS, STAFF, actor
from kring.api.errors import NotFoundError
from kring.api.once import once
from kring.api.openapi import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, headers
from kring.api.paging import Listing, start_of
from kring.api.shapes import AddressId, Asked, Json, Listed
from kring.api.versions import require_version
from kring.mailing.models import Template
from kring.mailing.queries import template_numbered, templates

router = Router(tags=["templates"])


class NewAttachment(Asked):
    """A file that goes along with each mail; its content in base64."""

    name: StrictStr
    content: Base64Bytes


class NewTemplate(Asked):
    """A template to be made; the body is HTML, which is kept without what is unsafe."""

    name: StrictStr
    subject: StrictStr
    body: StrictStr
    language: StrictStr = "nl"
    attachment: NewAttachment | None = None


class TemplateChange(Asked):
    """Parts of a template; what is absent stays as it is, null takes a file away."""

    name: StrictStr = ""
    subject: StrictStr = ""
    body: StrictStr = ""
    language: StrictStr = ""
    attachment: NewAttachment | None = None


class AttachmentOut(BaseModel):
    """A file that goes along with each mail."""

    name: str
    type: str
    digest: str


class TemplateOut(BaseModel):
    """A template of mails."""

    id: int
    name: str
    subject: str
    body: str
    language: str
    attachment: AttachmentOut | None


@router.get("/templates", auth=READERS, response=Listed[TemplateOut])
def list_templates(request: HttpRequest, listing: Query[Listing]) -> ApiResponse:
    start = start_of(request, listing)
    rows = templates().order_by("pk").filter(pk__gt=start.after)
    return start.page(
        list(rows[: start.limit + 1]),
        key=lambda template: template.pk,
        shown=lambda some: [_shown(template) for template in some],
        total=templates().count(),
    )


@router.post(
    "/templates",
    auth=STAFF,
    response={201: TemplateOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def add_template(request: HttpRequest, body: NewTemplate) -> ApiResponse:
    template = create_template(_with(body, _NOTHING_YET), by=actor(request)).template
    address = f"/api/v1/templates/{template.pk}"
    return made(_shown(template), at=address, tag=_tag(template))


@router.get(
    "/templates/{int:template_id}",
    auth=READERS,
    response=TemplateOut,
    openapi_extra=headers(IF_NONE_MATCH),
)
def show_template(request: HttpRequest, template_id: AddressId) -> ApiResponse:
    template = _existing(template_id)
    return found(request, _shown(template), tag=_tag(template))


@router.patch(
    "/templates/{int:template_id}",
    auth=STAFF,
    response=TemplateOut,
    openapi_extra=headers(IF_MATCH),
)
def change_template(
    request: HttpRequest, template_id: AddressId, body: TemplateChange
) -> ApiResponse:
    template = _existing(template_id)
    require_version(request, _tag(template))
    seen = texts_of(template)
    # What is absent stays what it was in the texts that were seen.
    outcome = edit_template(
        template_id, _with(body, seen), by=actor(request), seen=seen
    )
    return changed(_shown(outcome.template), tag=_tag(outcome.template))


@router.delete(
    "/templates/{int:template_id}",
    auth=STAFF,
    response={204: None},
    openapi_extra=headers(IF_MATCH),
)
def remove_template(request: HttpRequest, template_id: AddressId) -> ApiResponse:
    template = _existing(template_id)
    names_version = require_version(request, _tag(template))
    seen = texts_of(template) if names_version else None
    delete_template(template_id, by=actor(request), seen=seen)
    return gone()


def _existing(template: int) -> Template:
    there = template_numbered(template)
    if there is None:
        raise NotFoundError
    return there


def _with(asked: NewTemplate | TemplateChange, texts: TemplateTexts) -> TemplateTexts:
    """These texts with what is asked in their place."""
    given = asked.model_dump(exclude_unset=True)
    if "attachment" in given:
        file = asked.attachment
        given["attachment"] = Attachment(file.name, file.content) if file else None
    return replace(texts, **given)


def _shown(template: Template) -> Json:
    return {
        "id": template.pk,
        "name": template.name,
        "subject": template.subject,
        "body": template.body,
        "language": template.language,
        "attachment": _shown_attachment(template),
    }


def _shown_attachment(template: Template) -> Json | None:
    if not template.attachment_name:
        return None
    return {
        "name": template.attachment_name,
        "type": template.attachment_type,
        "digest": template.attachment_digest,
    }


def _tag(template: Template) -> str:
    """A template has no version but its texts."""
    shown = repr(_shown(template))
    return sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:20]


_NOTHING_YET: Final = TemplateTexts(name="", subject="", body="")
