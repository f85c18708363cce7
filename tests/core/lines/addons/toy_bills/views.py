"""The screens of bills."""

from core.api import FormView, ListView, _, button, group, header, lines, menu, statusbar
from toy_bills.models import Article, Bill, Line


class BillList(ListView[Bill]):
    columns = [Bill.title, Bill.state, Bill.amount]


class ArticleList(ListView[Article]):
    columns = [Article.name, Article.price]


class BillForm(FormView[Bill]):
    layout = [
        header(button(Bill.pay), statusbar(Bill.state)),
        group(None, Bill.title, Bill.discount, Bill.terms),
        lines(
            Bill.lines,
            columns=[
                Line.article,
                Line.sort,
                Line.text,
                Line.quantity,
                Line.unit,
                Line.price,
                Line.cost,
                Line.net,
                Line.checked,
            ],
            totals=[Bill.net, Bill.count, Bill.amount],
        ),
    ]


entries = [
    menu("toy_bills", _("Bills"), icon="briefcase"),
    menu("toy_bills.bills", _("Bills"), parent="toy_bills", view=BillList, icon="checkbox"),
    menu("toy_bills.articles", _("Articles"), parent="toy_bills", view=ArticleList, icon="package"),
]
