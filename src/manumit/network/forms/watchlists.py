"""What is asked for on the pages of watchlists."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 25_000_000


class Upload(forms.Form):
    """A list as a file."""

    given = forms.FileField(
        label=_("A watchlist"),
        help_text=_("The consolidated list of the Security Council, as XML."),
        error_messages={"required": _("Choose the file of the list.")},
    )

    def clean_given(self) -> object:
        """Refuse what no such list is as big as."""
        given = self.cleaned_data["given"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB. No such list is."))
        return given
