"""How values are shown and typed: one file for each family of fields, HTML and form field side by side."""
