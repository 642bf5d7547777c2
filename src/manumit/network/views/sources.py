"""The sources of a unit's register: what they are called, their grade, and a new one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manumit.core.actions import acting
from manumit.core.views import Request, page, posted, showing
from manumit.network import claims, models, shown
from manumit.network.actions import entering as acts
from manumit.network.actions import opening, registers
from manumit.network.forms import entities as forms

PER_PAGE = 50


@page("network.write", methods=("GET", "POST"), held=True)
def network_sources(request: Request) -> HttpResponse:
    """List the unit's sources with their grade and how much they say; note a new one."""
    register = registers.mine(request.actor)
    form = forms.Source(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.add_source(by=request.actor, at=request.now, **form.cleaned_data)
        except acting.Refused as refusal:
            showing.refused(form, refusal)
        else:
            messages.success(request, _("The source is noted."))
            return redirect("network_sources")
    shown_page = Paginator(register.sources.order_by("-at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(shown_page)
    told = opening.sources(by=request.actor, at=request.now, purpose="sources", sources=rows)
    context = {
        "form": form,
        "page": shown_page,
        "rows": [
            {
                "source": one,
                "title": shown.safely(told[one.id]["title"]),
                "reference": shown.safely(told[one.id]["reference"]),
                "kind": _(models.SourceKind(one.kind).label),
                "grade": _(claims.RELIABILITY[one.reliability]),
            }
            for one in rows
        ],
    }
    return render(
        request, "network/network_sources.html", context, status=400 if form.is_bound else 200
    )
