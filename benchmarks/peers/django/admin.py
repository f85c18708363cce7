"""The screens: ten columns, two of them names of other records, 80 rows a page, of one's own company only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from benchmarks.peers.django.models import Customer, Employee, Lead


class OwnCompany(admin.ModelAdmin):
    """What the signed-in user may see."""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Everybody works in one company."""
        return super().get_queryset(request).filter(company=request.user.employee.company_id)


@admin.register(Customer, Employee)
class ByName(OwnCompany):
    """Searched by the field of the lead's form."""

    search_fields = ["name"]


@admin.register(Lead)
class LeadAdmin(OwnCompany):
    """The list that is measured."""

    list_display = ["number", "title", "stage", "customer", "owner", "region", "amount", "priority", "follow_up_on",
                    "created_at"]  # fmt: skip
    list_select_related = ["customer", "owner"]
    list_filter = ["stage", "owner"]
    list_per_page = 80
    search_fields = ["title", "customer__name"]
    autocomplete_fields = ["customer", "owner"]
    exclude = ["company"]

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: bool) -> None:
        """A new lead belongs to the company of who makes it."""
        if not change:
            obj.company_id = request.user.employee.company_id
        super().save_model(request, obj, form, change)
