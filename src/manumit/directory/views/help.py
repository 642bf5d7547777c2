"""Finding help without being asked who one is: a page, a card to carry, a file to keep, JSON.

Resolution 2331 (2016), paragraph 3(b), asks that services be within reach of those who need them;
a list that only officials can read is not. Nothing that is asked here is kept: no session, no
cookie, no row, no line in a log. The search goes in the body of the request, so that it stands
neither in the address nor in the browser's history. docs/decisions/0013.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from manumit.core import pictures
from manumit.core.forms import language, said
from manumit.core.views import public_page, showing
from manumit.directory import card, codes, eligibility, entry, fit, forms, models, opening

MOST = 20
MINUTES = 10 * 60
WHY_OPEN = "Resolution 2331 OP 3(b): services must be findable without identity; keeps nothing"


# These change nothing and keep nothing, so there is nothing to forge; a token would be a trace.
@csrf_exempt
@public_page(reason=WHY_OPEN, methods=("GET", "POST"), nameless=True, keep_seconds=MINUTES)
def find_help(request: HttpRequest) -> HttpResponse:
    """Find help near a place, without saying who asks."""
    form = forms.PublicSearch(request.POST if request.method == "POST" else None)
    searched = form.is_bound and form.is_valid()
    offers, unknown_place = _found(form) if searched else ([], False)
    context = {
        "form": form,
        "offers": [_shown(offer) for offer in offers],
        "searched": searched,
        "unknown_place": unknown_place,
        "places": forms.written_places(models.Place.objects.public().names()),
        "square": pictures.square(_link(request)) if searched else "",
    }
    return render(request, "directory/find_help.html", context)


@csrf_exempt
@public_page(reason=WHY_OPEN, methods=("POST",), nameless=True)
def find_help_card(request: HttpRequest) -> HttpResponse:
    """Give what was found as a small neutral card on paper."""
    form = forms.PublicSearch(request.POST)
    if not form.is_valid():
        return find_help(request)
    words = card.Words(
        language=language(),
        title=_("Useful addresses"),
        picture=_("A picture that opens the list of addresses on a telephone"),
    )
    made = card.paper(_addresses(form), words, _link(request))
    return showing.file(made, "addresses.pdf", inline=True)


find_help_card.paper = True  # type: ignore[attr-defined]


@csrf_exempt
@public_page(reason=WHY_OPEN, methods=("POST",), nameless=True)
def find_help_file(request: HttpRequest) -> HttpResponse:
    """Give what was found as one file to keep on a telephone that has no connection."""
    form = forms.PublicSearch(request.POST)
    if not form.is_valid():
        return find_help(request)
    context = {"addresses": [(a.who, card.lines(a)) for a in _addresses(form, MOST)]}
    response = render(request, "directory/addresses.html", context)
    response["Content-Disposition"] = 'attachment; filename="addresses.html"'
    return response


@public_page(reason=WHY_OPEN, nameless=True, keep_seconds=MINUTES)
def find_help_json(request: HttpRequest) -> HttpResponse:
    """Answer programs: `?need=`, `?place=`, `?lang=`; without a need, what can be asked for."""
    if "need" not in request.GET:
        answer: dict[str, Any] = {
            "language": language(),
            "needs": dict(forms.choices("needs")),
            "places": models.Place.objects.public().names(),
        }
        return _json(answer)
    form = forms.PublicSearch(request.GET)
    if not form.is_valid():
        with override("en"):  # for whoever writes the program
            wrong = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        return _json({"error": wrong}, 400)
    offers, unknown_place = _found(form)
    services = [_plain(_shown(offer)) for offer in offers]
    return _json({"language": language(), "place_known": not unknown_place, "services": services})


def _json(answer: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False})


def _plain(shown: dict[str, Any]) -> dict[str, Any]:
    fresh = shown.pop("fresh")
    known_on = fresh.known_on.isoformat() if fresh.known_on else None
    kept = {name: value for name, value in shown.items() if value not in ("", [], None)}
    return kept | {"known_on": known_on, "standing": str(fresh.standing)}


def _link(request: HttpRequest) -> str:
    return f"{request.build_absolute_uri(reverse('find_help'))}?lang={language()}"


def _found(form: forms.PublicSearch) -> tuple[list[fit.Offer[models.Service]], bool]:
    """Return the offers, and whether the place is one that nobody knows."""
    need, name = form.cleaned_data["need"], form.cleaned_data["place"].strip()
    place = models.Place.objects.public().by_name(name) if name else None
    # From distances to several places one could work out where a hidden place is.
    hides = need == "safehouse"
    services = models.Service.objects.all()
    found = (services if hides else services.without_hidden_spots()).offered(
        need,
        place.point if place and not hides else None,
        eligibility.Person(),
        "",
        datetime.now(UTC),
    )[:MOST]
    prefetch_related_objects([offer.service for offer in found], "need_rows")
    return found, bool(name) and place is None


def _addresses(form: forms.PublicSearch, most: int = card.MOST) -> list[card.Address]:
    """Return what a card says: organisations with a telephone first, each once."""
    offers = [_shown(offer) for offer in _found(form)[0]]
    offers.sort(key=lambda shown: not shown["phone"])
    made: dict[tuple[str, str], card.Address] = {}
    for shown in offers:
        address = card.Address(
            who=shown["organisation"],
            place=shown["place"],
            phone=shown["phone"],
            opening="\n".join(shown["hours"][:7]) or shown["opening"],
            warning=shown["warning"],
        )
        made.setdefault((address.who, address.phone), address)
    return list(made.values())[:most]


def _shown(offer: fit.Offer[models.Service]) -> dict[str, Any]:
    """Return what a stranger sees; the spot of a safe place to stay is not shown."""
    code = language()
    service = offer.service
    place = service.public_place(code)
    near = offer.distance_km if place and near_enough_to_tell(service) else None
    return {
        "name": service.name_in(code),
        "organisation": service.organisation.name_i18n.get(code, service.organisation.name),
        "description": service.description_in(code),
        "place": place,
        "distance_km": round(near) if near is not None else None,
        "opening": said(offer.parts[3].because),
        "hours": [
            f"{_(entry.DAYS[span.weekday].capitalize())}: \u2068{said(opening.span_words(span))}\u2069"
            for span in service.hours
        ],
        "takes": [said(sentence) for sentence in offer.to_ask],
        "access": [codes.label("access", each, code) for each in service.access],
        "languages": service.languages,
        "phone": service.phone,
        "email": service.email,
        "website": service.website,
        "fresh": offer.fresh,
        "warning": said(offer.fresh.warning),
    }


def near_enough_to_tell(service: models.Service) -> bool:
    """Tell whether a distance means something: not from the middle of a district or province."""
    return service.place.precision not in entry.AREAS
