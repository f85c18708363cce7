"""Writers see and change all papers, readers only look at their own."""

from core.api import COMPANY, OWN, grant
from toy_papers.models import Paper, Receipt
from toy_papers.roles import READER, WRITER

grants = [
    grant(WRITER, Paper, "read create update delete import", rows=COMPANY),
    grant(WRITER, Receipt, "read create update delete", rows=COMPANY),
    grant(READER, Paper, "read", rows=OWN),
]
