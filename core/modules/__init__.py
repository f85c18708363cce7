"""Which addons exist, in which order they come, and what they declare. The only room that imports pluggy."""
