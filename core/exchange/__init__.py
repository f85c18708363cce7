"""Rows that others made: reading files of many kinds, mapping columns to fields, trial run, import, report."""
