"""A toy beside the toy: stamps on articles."""
