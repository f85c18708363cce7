"""How thoroughly Hypothesis looks: the same examples every time, or by `--hypothesis-profile=thorough` new and many."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("thorough", derandomize=False, deadline=None, print_blob=True)
