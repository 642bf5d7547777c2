"""Who reads what concerns the protection of data."""

from manumit.cases.models import Case
from manumit.core import roles
from manumit.core.models import Unit, User


def who_read_why(case: Case) -> list[Unit]:
    """Return who may have to read a reason: the case's unit, and where data-protection officers are."""
    officers = User.objects.filter(
        role=roles.Role.DATA_PROTECTION_OFFICER.value, is_active=True, admitted_at__isnull=False
    )
    units = Unit.objects.filter(pk__in=officers.values("unit_id"), generation__gt=0)
    return [case.unit, *units.exclude(pk=case.unit_id).order_by("id")]
