"""Works of every kind of field: what the generic pages are tried on."""
