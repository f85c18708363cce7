"""A toy on the toy: points for articles."""
