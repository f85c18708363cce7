"""Swallows what it can, as bad code does."""

import time

while True:
    try:
        time.sleep(0.01)
    except Exception:
        continue
