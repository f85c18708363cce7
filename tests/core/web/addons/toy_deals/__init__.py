"""Deals with lines: what documents, process pictures and chains are tried on."""
