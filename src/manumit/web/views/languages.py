"""Which languages the pages speak, and how far a speaker has read what they say."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from manumit.cases import texts as consent_texts
from manumit.core.views import Request, page
from manumit.web import texts


@page("account.own")
def languages(request: Request) -> HttpResponse:
    """List the languages with their sentences: read, draft, missing; and the words of consent."""
    spoken = consent_texts.load()
    rows = [
        {
            "code": code,
            "name": name,
            "original": code == texts.ORIGINAL,
            "status": texts.status(code),
            "consent": spoken[code].translation_status if code in spoken else "missing",
        }
        for code, name in settings.LANGUAGES
    ]
    drafts = texts.drafts(request.LANGUAGE_CODE or "")
    return render(request, "languages.html", {"rows": rows, "drafts": drafts[:200]})
