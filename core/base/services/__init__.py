"""Use cases of administrators, one file each."""
