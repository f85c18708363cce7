"""Leads with customers, owners, stages and regions of two companies."""

from django.conf import settings
from django.db import models


class Company(models.Model):
    """A tenant."""

    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Employee(models.Model):
    """Who owns leads; the user of one signs in."""

    company = models.ForeignKey(Company, models.PROTECT)
    name = models.CharField(max_length=200)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """Who asks."""

    company = models.ForeignKey(Company, models.PROTECT)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class Lead(models.Model):
    """Fifteen columns with the identifier."""

    STAGES = [
        (name, name.capitalize())
        for name in ("new", "assigned", "in_progress", "returned", "upgraded", "closed")
    ]
    PRIORITIES = [(name, name.capitalize()) for name in ("low", "normal", "high")]

    company = models.ForeignKey(Company, models.PROTECT)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True)
    stage = models.CharField(max_length=20, choices=STAGES, default="new")
    region = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    priority = models.CharField(max_length=10, choices=PRIORITIES, default="normal")
    keyword = models.CharField(max_length=40, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    remarks = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title
