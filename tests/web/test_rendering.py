"""`{{ form }}` gives the markup of the pages, with errors that lead to their fields."""

from datetime import date

from django import forms
from django.utils import translation


class Example(forms.Form):
    name = forms.CharField(label="Name", help_text="As you like", required=False)
    note = forms.CharField(widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[("a", "First"), ("b", "Second")], widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(choices=[("a", "First")])
    agreed = forms.BooleanField(label="I agree")
    on = forms.DateField()
    hidden = forms.CharField(widget=forms.HiddenInput)


def test_every_kind_of_field_is_dressed():
    text = str(Example())
    for part in (
        'class="govuk-input"',
        'class="govuk-textarea"',
        'class="govuk-radios__input"',
        'class="govuk-checkboxes__input"',
        'class="govuk-select"',
        'type="date"',
        '<input type="hidden"',
        'id="id_name_helptext"',
        "(may be left empty)",
        '<legend class="govuk-fieldset__legend',
    ):
        assert part in text
    assert "error-summary" not in text
    assert 'for="id_agreed"' in text


def test_each_error_leads_to_its_field_and_is_tied_to_it():
    form = Example({})
    text = str(form)
    assert "There is a problem" in text
    for target in ("id_note", "id_kind_0", "id_many_0", "id_place", "id_agreed", "id_on"):
        assert f'href="#{target}"' in text
        assert f'id="{target}"' in text
    assert 'aria-describedby="id_note_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_note_error"' in text
    assert "Note: This field is required." in text


def test_values_are_escaped():
    text = str(Example({"note": "</textarea><script>x</script>", "name": '"><img src=x>'}))
    assert "<script>" not in text
    assert "<img" not in text


def test_a_date_reads_and_writes_the_same_in_every_language():
    for code in ("en", "fr", "ar", "ckb"):
        with translation.override(code):
            text = str(Example(initial={"on": date(2026, 11, 22)})["on"])
            assert 'value="2026-11-22"' in text, code
            form = Example({"on": "2026-11-22"})
            form.is_valid()
            assert form.cleaned_data["on"] == date(2026, 11, 22)
