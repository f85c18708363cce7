"""Other systems on the same logical data beside plain psycopg2: `make bench-peers`."""
