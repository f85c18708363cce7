"""The web: the only room that knows Pyramid, Chameleon and WTForms."""

import warnings

warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
# Pyramid 2.1 still imports it; people who start the product can do nothing about that.
