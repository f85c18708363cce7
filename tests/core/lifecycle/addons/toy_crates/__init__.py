"""A toy on the toy: crates in which articles lie."""
