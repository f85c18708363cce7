"""Files that belong to records: what kinds are taken, where their content lies, and who may read them."""
