"""What a person would set up in a new database before leads come: two companies and a member of staff."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command

from benchmarks.peers.django.models import Company


def set_up() -> None:
    """The member of staff is no superuser and has the rights on customers and leads."""
    call_command("check", deploy=False)
    for name in ("Company main", "Company second"):
        Company.objects.create(name=name)
    chief = get_user_model().objects.create_user("chief", is_staff=True)
    chief.user_permissions.set(Permission.objects.filter(content_type__app_label="crm"))
