"""What every test may use."""

import pytest
from django.template.base import Template
from django.test import utils


@pytest.fixture(autouse=True, scope="session")
def _templates_render_as_in_life(django_test_environment: None) -> None:
    """Undo Django's keeping of every context: no test asks for it, and it costs a fifth of the time."""
    Template._render = utils._TestState.saved_data.template_render
