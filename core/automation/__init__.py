"""Work that runs beside the requests: a queue in the database, schedules, and the worker that carries them out."""
