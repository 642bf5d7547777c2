"""What is asked about a pack of red flags."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 400_000  # characters of a pack; the largest that comes with the product has a tenth of it


class GivePack(forms.Form):
    """A version of a pack: a file, or its text."""

    file = forms.FileField(
        label=_("Pack (a TOML file)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 12, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, object]:
        """Take the file where one is given, else the text; keep the words under `pack`."""
        told: dict[str, object] = super().clean() or {}
        file = told.get("file")
        if file is not None and getattr(file, "size", 0) > MOST:
            raise forms.ValidationError(_("This file is too large for a pack."))
        try:
            text = file.read().decode("utf-8-sig") if file is not None else told.get("text")  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not UTF-8. Save it as UTF-8.")) from None
        if not text:
            raise forms.ValidationError(_("Give a file, or paste the text of a pack."))
        return told | {"pack": text}
