"""What is asked for on the pages of signing in, of one's own account, and of other accounts."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from manumit.core import models, roles
from manumit.core.models import people
from manumit.web import passphrases

_PASSPHRASE_IN = {"autocomplete": "current-password", "spellcheck": "false"}
_PASSPHRASE_NEW = {"autocomplete": "new-password", "spellcheck": "false"}
_NAME_IN = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "spellcheck": "false",
    "class": "govuk-input--width-10",
}


def _passphrase(label: Any, *, help_text: Any = "", new: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=passphrases.MAXIMUM,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSPHRASE_NEW if new else _PASSPHRASE_IN),
    )


def _share(label: Any) -> forms.CharField:
    attrs = {"rows": 4, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(
        label=label,
        help_text=_("33 words, with a space between them."),
        max_length=600,
        widget=forms.Textarea(attrs=attrs),
    )


class SignIn(forms.Form):
    """Name and passphrase."""

    username = forms.CharField(
        label=_("Account name"), max_length=60, widget=forms.TextInput(attrs=_NAME_IN)
    )
    passphrase = _passphrase(_("Passphrase"))


class Code(forms.Form):
    """Six digits from a code app."""

    code = forms.CharField(
        label=_("Code from your app"),
        help_text=_("6 digits. A new code appears every 30 seconds."),
        max_length=12,
        widget=forms.TextInput(attrs=_CODE),
    )


class Confirm(forms.Form):
    """One's own passphrase, asked again before something that matters."""

    passphrase = _passphrase(_("Your passphrase, once more"))

    def __init__(self, *args: Any, user: models.User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.wait = ""

    def clean_passphrase(self) -> str:
        """Check it against the account, unless too many guesses came before (`wait` says so)."""
        passphrase = str(self.cleaned_data["passphrase"])
        if self.wait:
            raise forms.ValidationError(self.wait)
        if not self.user.check_password(passphrase):
            raise forms.ValidationError(_("This is not your passphrase."))
        return passphrase


class AddCodeApp(Confirm):
    """A first code proves that the app has the secret."""

    code = Code.base_fields["code"]
    field_order = ("code", "passphrase")


class AddPasskey(Confirm):
    """A name for the passkey; the browser adds the credential."""

    name = forms.CharField(
        label=_("Name for this passkey"),
        help_text=_("So that you can tell them apart, such as: work telephone."),
        max_length=60,
    )
    credential = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ("name", "passphrase", "credential")


class FirstPasskey(forms.Form):
    """The first passkey, during sign-in, when the passphrase was given a moment ago."""

    name = AddPasskey.base_fields["name"]
    credential = forms.CharField(widget=forms.HiddenInput, required=False)


class NewPassphrase(forms.Form):
    """A passphrase chosen by a person, twice, checked by `passphrases`."""

    new = _passphrase(
        _("New passphrase"),
        help_text=_("At least 15 characters. Four or five unrelated words work well."),
        new=True,
    )
    again = _passphrase(_("New passphrase, again"), new=True)

    def __init__(self, *args: Any, user: models.User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def words(self) -> list[str]:
        """Return what a guesser would know of this person."""
        user = self.user
        if user is None:
            return []
        return [user.username, user.display_name, user.unit.name, user.unit.organisation.name]

    def clean(self) -> dict[str, Any]:
        """Refuse a weak passphrase, and one that was not typed the same twice."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        new = given.get("new")
        if new:
            reason = passphrases.why_not(new, self.words())
            if reason:
                self.add_error("new", _(reason))
            elif given.get("again") != new:
                self.add_error("again", _("The two passphrases are not the same."))
        return given


class ChangePassphrase(NewPassphrase):
    """The present passphrase and a new one."""

    old = _passphrase(_("Present passphrase"))
    field_order = ("old", "new", "again")


class Recover(NewPassphrase):
    """A recovery code in place of a forgotten passphrase."""

    username = SignIn.base_fields["username"]
    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_("The code you wrote down when your account was made."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("username", "code", "new", "again")

    def words(self) -> list[str]:
        """Return the typed name alone: anything more would tell whether the account exists."""
        return [self.cleaned_data.get("username", "")]


class TypeBack(forms.Form):
    """The new recovery code, typed back from paper."""

    code = forms.CharField(
        label=_("Type the code from your paper"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    sealed = forms.CharField(widget=forms.HiddenInput)


class NewOrganisation(forms.Form):
    """A body that works with the product."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=people.OrganisationKind.choices)
    country = forms.RegexField(
        r"^([A-Za-z]{2})?$",
        label=_("Country"),
        help_text=_("Two letters, such as JO. May be left empty."),
        required=False,
        max_length=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
    )

    def clean_country(self) -> str:
        """Return capitals."""
        return str(self.cleaned_data["country"]).upper()


class NewUnit(forms.Form):
    """A team of an organisation."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=models.Organisation.objects.none()
    )
    name = forms.CharField(label=_("Name of the unit"), max_length=200)
    possible_victims_to = forms.ModelChoiceField(
        label=_("Hands people over to"),
        help_text=_("The unit that takes over people this unit has screened. Empty: itself."),
        queryset=models.Unit.objects.none(),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("organisation", models.Organisation.objects.order_by("name"))
        self._choices("possible_victims_to", models.Unit.objects.order_by("name"))

    def _choices(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows


class NewAccount(NewPassphrase):
    """An account for one person in one unit with one role."""

    display_name = forms.CharField(label=_("Name of the person"), max_length=120)
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{1,58}$",
        label=_("Account name"),
        help_text=_("Small letters, digits, dots and hyphens. It is used to sign in."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=models.Unit.objects.none())
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", ""), *((role.value, _(roles.LABELS[role])) for role in roles.PEOPLE)],
    )
    field_order = ("display_name", "username", "unit", "role", "new", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].label = _("First passphrase")
        self.fields["again"].label = _("First passphrase, again")
        units = models.Unit.objects.select_related("organisation").order_by("name")
        cast("forms.ModelChoiceField[Any]", self.fields["unit"]).queryset = units

    def words(self) -> list[str]:
        """Return what a guesser would know of the person the account is for."""
        given = self.cleaned_data
        unit = given.get("unit")
        names = [unit.name, unit.organisation.name] if unit else []
        return [given.get("username", ""), given.get("display_name", ""), *names]


class Shares(forms.Form):
    """Three recovery shares, each of 33 words, as they stand on paper."""

    first = _share(_("One share"))
    second = _share(_("Another share"))
    third = _share(_("A third share"))

    def given(self) -> list[str]:
        """Return the three shares."""
        return [self.cleaned_data[name] for name in ("first", "second", "third")]
