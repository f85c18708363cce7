"""Use cases that touch several records, one file each."""
