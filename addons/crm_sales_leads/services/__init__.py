"""How leads and opportunities become documents."""
