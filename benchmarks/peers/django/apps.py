"""The application of the models."""

from django.apps import AppConfig


class Crm(AppConfig):
    """Its tables begin with `crm_`."""

    name = "benchmarks.peers.django"
    label = "crm"
