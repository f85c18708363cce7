"""The kernel's own addon: companies, people, roles, lists, numbering, notices; always first and always on."""
