"""The directory as HSDS 3.0 (Open Referral): what other programs read."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime

from manumit.core.views import public_page
from manumit.directory import codes, hsds, models

PER_PAGE, MOST_PER_PAGE = 50, 500
WHY_HSDS = "HSDS 3.0 asks for open read access; services are public knowledge"


@public_page(reason=WHY_HSDS)
def hsds_about(_request: HttpRequest) -> HttpResponse:
    """Say which version of the standard these addresses speak."""
    return _json(
        {
            "version": hsds.VERSION,
            "profile": hsds.PROFILE,
            "openapi_url": hsds.OPENAPI,
        }
    )


@public_page(reason=WHY_HSDS)
def hsds_services(request: HttpRequest) -> HttpResponse:
    """List services page by page, as the standard's `/services`."""
    asked, wrong = _asked(request)
    if wrong:
        return _json({"error": wrong}, status=400)
    rows = asked["rows"]
    paginator = Paginator(rows, asked["per_page"])
    number = asked["page"]
    shown = paginator.page(number).object_list if number <= paginator.num_pages else []
    contents = [_written(row, asked["shape"]) for row in shown]
    return _json(hsds.page(contents, number=number, size=asked["per_page"], total=paginator.count))


def _written(row: models.Service, shape: str) -> dict[str, Any]:
    if shape == "minimal":
        return {"id": str(row.id), "last_modified": row.changed_at.isoformat()}
    write = hsds.service if shape == "full" else hsds.listed
    return write(
        row.public_entry(),
        str(row.id),
        str(row.organisation_id),
        changed=row.changed_at,
        active=row.closed_at is None,
    )


def _asked(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """Read the query; the second value says what is wrong with it, "" when nothing is."""
    given = request.GET
    if given.get("format", "json") != "json":
        return {}, "format: only json is given. Leave it out."
    numbers = {"page": 1, "per_page": PER_PAGE}
    for name, usual in numbers.items():
        text = given.get(name, str(usual))
        if not (text.isascii() and text.isdigit() and int(text[:9]) >= 1 and len(text) <= 9):
            return {}, f"{name}: give a whole number from 1."
        numbers[name] = int(text)
    numbers["per_page"] = min(numbers["per_page"], MOST_PER_PAGE)
    flags = {}
    for name in ("full", "minimal"):
        if given.get(name, "false") not in ("true", "false"):
            return {}, f"{name}: give true or false."
        flags[name] = given.get(name) == "true"
    rows, wrong = _filtered(given)
    shape = "minimal" if flags["minimal"] else "full" if flags["full"] else "listed"
    return {**numbers, "shape": shape, "rows": rows}, wrong


def _filtered(given: Any) -> tuple[Any, str]:
    rows = models.Service.objects.running().whole().named(given.get("search", "")[:200])
    if "organization_id" in given:
        organisation = _uuid(given["organization_id"])
        if organisation is None:
            return rows, "organization_id: give the identifier of an organisation."
        rows = rows.filter(organisation_id=organisation)
    if "modified_after" in given:
        after = _instant(given["modified_after"])
        if after is None:
            return rows, "modified_after: give an instant, for example 2026-03-01T00:00:00Z."
        rows = rows.filter(changed_at__gte=after)
    if "taxonomy_term_id" in given:
        need = {hsds.term_id("needs", n): n for n in codes.NEEDS}.get(given["taxonomy_term_id"])
        rows = rows.meeting(need) if need else rows.none()
    if given.get("taxonomy_id") not in (None, hsds.TAXONOMY):
        rows = rows.none()
    return rows.order_by("id"), ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        made = parse_datetime(text.replace(" ", "+"))
        if made is None:
            return None
        return made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


@public_page(reason=WHY_HSDS)
def hsds_service(_request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Give one service whole, as the standard's `/services/{id}`."""
    row = models.Service.objects.whole().filter(pk=service_id).first()
    if row is None:
        return _json({"error": "There is no service with this identifier."}, status=404)
    return _json(_written(row, "full"))


def _json(answer: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False})
