"""Papers with files: what choosing, showing and attaching files is tried on."""
