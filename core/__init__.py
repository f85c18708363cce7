"""The kernel of Keyuan: it loads addons and gives them models, rights, views and pages."""

__version__ = "1.0.0"
