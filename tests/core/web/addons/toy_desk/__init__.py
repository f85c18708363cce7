"""A small addon with a list, cards for the workbench and a page of its own."""
