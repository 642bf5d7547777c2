"""Accounts: who works here. The administrator makes and ends accounts and can read no case."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from manumit.core import models, roles
from manumit.core.actions import accounts as account_actions
from manumit.core.actions import acting, guard, keys
from manumit.core.forms import said
from manumit.core.views import Request, page
from manumit.web import actions, forms, hashing, second_factors

PER_PAGE = 50


def _account(account_id: UUID) -> models.User:
    return guard.one_of(models.User.objects.select_related("unit__organisation"), account_id)


@page("account.manage")
def accounts(request: Request) -> HttpResponse:
    """List all accounts, with those that ended last."""
    rows = models.User.objects.select_related("unit__organisation")
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    if asked:
        rows = rows.filter(display_name__icontains=asked) | rows.filter(username__icontains=asked)
    rows = rows.order_by("-is_active", "display_name", "username")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for user in found:
        user.role_label = roles.LABELS[roles.Role(user.role)]  # type: ignore[attr-defined]
    return render(request, "accounts/accounts.html", {"page": found, "asked": asked})


@page("account.manage", methods=("GET", "POST"))
def account_organisation(request: Request) -> HttpResponse:
    """Add an organisation."""
    form = forms.NewOrganisation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = account_actions.create_organisation(
            by=request.actor, at=request.now, **form.cleaned_data
        )
        messages.success(request, _("%(name)s was added.") % {"name": made.name})
        return redirect("accounts")
    return render(request, "accounts/organisation.html", {"form": form})


@page("account.manage", methods=("GET", "POST"))
def account_unit(request: Request) -> HttpResponse:
    """Add a unit to an organisation."""
    form = forms.NewUnit(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = account_actions.create_unit(
                by=request.actor, at=request.now, **form.cleaned_data
            )
        except acting.Refused as refusal:
            form.add_error("name", said(refusal.reason))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("accounts")
    return render(request, "accounts/unit.html", {"form": form})


@sensitive_post_parameters()
@page("account.manage", methods=("GET", "POST"))
def account_new(request: Request) -> HttpResponse:
    """Make an account; its recovery code is shown once, to be handed over on paper."""
    form = forms.NewAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with hashing.slot(settings.MANUMIT_DATA / "locks"):
                user, code = account_actions.create_user(
                    by=request.actor,
                    at=request.now,
                    username=given["username"],
                    display_name=given["display_name"],
                    role=roles.Role(given["role"]),
                    unit=given["unit"],
                    passphrase=given["new"],
                )
        except acting.Refused as refusal:
            form.add_error("username", said(refusal.reason))
        except hashing.Busy:
            form.add_error(None, _("The server is busy. Wait a moment and try again."))
        else:
            return render(request, "accounts/made.html", {"account": user, "code": code})
    return render(request, "accounts/new.html", {"form": form})


@page("account.manage")
def account(request: Request, account_id: UUID) -> HttpResponse:
    """Show one account and what can be done with it."""
    user = _account(account_id)
    return render(
        request,
        "accounts/account.html",
        {
            "account": user,
            "account_role": roles.LABELS[roles.Role(user.role)],
            "second_factors": len(second_factors.of(user)),
        },
    )


@page("account.manage", methods=("POST",))
def account_end(request: Request, account_id: UUID) -> HttpResponse:
    """End the account of somebody who left."""
    user = _account(account_id)
    account_actions.deactivate_user(by=request.actor, at=request.now, user=user)
    messages.success(
        request,
        _("The account has ended. A supervisor of %(unit)s now needs to renew the unit's key.")
        % {"unit": user.unit.name},
    )
    return redirect("account", account_id=account_id)


@page("account.manage", methods=("POST",))
def account_reset_factors(request: Request, account_id: UUID) -> HttpResponse:
    """Let somebody who lost their telephone set up the second step anew."""
    user = _account(account_id)
    actions.reset_second_factors(by=request.actor, at=request.now, user=user)
    messages.success(request, _("They set up a new second step when they next sign in."))
    return redirect("account", account_id=account_id)


@page("account.admit")
def unit_people(request: Request) -> HttpResponse:
    """Show the people of the supervisor's unit: who waits to be admitted, who works, who left."""
    unit = request.actor.unit
    people = list(unit.people.order_by("display_name"))
    for person in people:
        person.role_label = roles.LABELS[roles.Role(person.role)]  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/unit_people.html",
        {
            "unit": unit,
            "newcomers": [p for p in people if p.is_active and not p.admitted_at],
            "members": [p for p in people if p.is_active and p.admitted_at],
            "leavers": [p for p in people if not p.is_active],
            "rotation_due": keys.rotation_due(unit),
            "shares": keys.shares_of(unit),
        },
    )


@page("account.admit", methods=("POST",))
def unit_admit(request: Request, account_id: UUID) -> HttpResponse:
    """Pass the unit's key on to a newcomer."""
    newcomer = guard.one_of(request.actor.unit.people, account_id)
    keys.admit(by=request.actor, at=request.now, newcomer=newcomer)
    messages.success(
        request, _("%(name)s can now work with the unit's cases.") % {"name": newcomer}
    )
    return redirect("unit_people")


@page("unit.rotate", methods=("POST",))
def unit_rotate(request: Request) -> HttpResponse:
    """Give the unit a new key after somebody left."""
    moved = keys.rotate_unit(by=request.actor, at=request.now)
    messages.success(
        request, _("The unit has a new key; %(count)d keys were renewed.") % {"count": moved}
    )
    return redirect("unit_people")


@page("unit.escrow", methods=("GET", "POST"))
def unit_shares(request: Request) -> HttpResponse:
    """Make five recovery shares of the unit's key; they are shown once."""
    words = None
    if request.method == "POST":
        words = keys.make_shares(by=request.actor, at=request.now).words
    held = keys.shares_of(request.actor.unit)
    context = {"words": words, "held": held, "unit": request.actor.unit}
    return render(request, "accounts/unit_shares.html", context)


@page("unit.escrow", methods=("GET", "POST"), held=True)
def unit_shares_prove(request: Request) -> HttpResponse:
    """Type three shares from paper and see that they work."""
    form = forms.Shares(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keys.prove_shares(by=request.actor, at=request.now, shares=form.given())
            messages.success(request, _("The shares work. Keep each with another person."))
            return redirect("unit_people")
        except acting.Refused as refusal:
            form.add_error(None, said(refusal.reason))
    return _shares_form(request, form, _("Try three shares"))


@page("unit.recover", methods=("GET", "POST"), held=True)
def unit_recover(request: Request) -> HttpResponse:
    """Get the unit's key back with three shares, when nobody holds it any more."""
    form = forms.Shares(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keys.recover_unit(by=request.actor, at=request.now, shares=form.given())
            messages.success(request, _("You hold the unit's key again. You can admit the others."))
            return redirect("unit_people")
        except acting.Refused as refusal:
            form.add_error(None, said(refusal.reason))
    return _shares_form(request, form, _("Get the unit's key back"))


def _shares_form(request: Request, form: forms.Shares, title: str) -> HttpResponse:
    status = 400 if form.is_bound else 200
    return render(
        request, "accounts/unit_shares_form.html", {"form": form, "title": title}, status=status
    )
