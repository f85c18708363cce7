"""Documents with lines, and what hangs on them: the bench of parts and totals."""
