"""The screens of papers."""

from core.api import FormView, ListView, group
from toy_papers.models import Paper


class PaperList(ListView[Paper]):
    columns = [Paper.title, Paper.scan]


class PaperForm(FormView[Paper]):
    layout = [group(None, Paper.title, Paper.scan, Paper.hidden, Paper.fixed)]
