"""How Django's forms become the markup of the pages: templates in `templates/components`."""

from django.forms import renderers


class Pages(renderers.TemplatesSetting):
    """Render forms, fields and widgets with our templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    formset_template_name = "components/formset.html"
