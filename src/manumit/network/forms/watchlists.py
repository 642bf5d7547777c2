"""What is asked for on the pages of watchlists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core.forms import parts

MOST_BYTES = 25_000_000


class Upload(forms.Form):
    """A list as a file."""

    given = forms.FileField(
        label=_("A watchlist"),
        help_text=_(
            "The consolidated list of the Security Council (XML), FollowTheMoney entities (JSON lines) "
            "or a table with headings (CSV)."
        ),
        error_messages={"required": _("Choose the file of the list.")},
    )
    called = parts.line(
        _("Which list it is"),
        required=False,
        max_length=80,
        help_text=_("Only where the file does not say. The same name again is the same list."),
    )

    def clean_given(self) -> object:
        """Refuse what no such list is as big as."""
        given = self.cleaned_data["given"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB. Use the command for it."))
        return given
