"""The parent process and the embedded database server. Knows no addon and opens no database connection."""
