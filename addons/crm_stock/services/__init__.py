"""What stock does: levels are locked, entries written, balances follow."""
