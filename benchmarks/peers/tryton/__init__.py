"""Tryton with its module for leads and opportunities, driven as its client drives it."""

import os


def prepare() -> None:
    """Load the application, which must be first, and the modules of the database that the environment names."""
    import trytond.application  # noqa: F401
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    database = os.environ["PGDATABASE"]
    pool = Pool(database)
    with Transaction().start(database, 0, readonly=True):
        pool.init()
