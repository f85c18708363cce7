"""Everything of an addon in one file, written before a purge and read back after an installation."""
