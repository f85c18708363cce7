"""Django's admin over models of the same logical data, as its documentation shows how to write them."""


def prepare() -> None:
    """Load the applications; the settings are named in the environment."""
    import django

    django.setup()
