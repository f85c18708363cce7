"""What is to be exported or printed: rows of a list as its address says, or chosen ones, with these columns.

It travels through forms and into the queue as text; every time it is used, the caller's view and rights of that moment
decide what it means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self
from urllib.parse import urlencode

from core.errors import BadRequest
from core.i18n import LazyString, _, _n
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Where
from core.views.chips import chips
from core.views.dormant import refuse_asleep, view_here
from core.views.report_address import values_of, words_of
from core.views.report_scope import report_for
from core.views.search import ListState

AT_ONCE: Final = 500
"""Most rows that can be chosen one by one."""
Format = Literal["xlsx", "csv", "jsonl"]
FORMS: Final = ("xlsx", "csv", "jsonl")
_PLACE: Final = frozenset({"after", "before", "limit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish. `query` is the list's address as pairs; `ids` are rows chosen from it, none for all of them."""

    model: str
    query: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    form: str = "xlsx"
    grouped: bool = False
    """The groups with their numbers and sums, instead of the rows."""
    numbered: bool = False
    """With the numbers of the records that rows point to, so that the file can be imported again."""

    language: str = "en"
    """In which headings and labels are written."""
    report: str = ""
    """The key of a report: then `query` are its answers, and `columns` those that its reader had."""
    paper: str = ""
    """The name of the document that was made of one record."""

    def as_json(self) -> dict[str, Any]:
        """For the queue."""
        return {
            "model": self.model, "query": [list(pair) for pair in self.query], "columns": list(self.columns),
            "ids": list(self.ids), "form": self.form, "grouped": self.grouped, "numbered": self.numbered,
            "language": self.language, "paper": self.paper, "report": self.report,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `as_json` wrote."""
        return cls(
            data["model"], tuple((name, value) for name, value in data["query"]), tuple(data["columns"]),
            tuple(data["ids"]), data["form"], data["grouped"], data["numbered"],
            data["language"], data.get("report", ""), data.get("paper", ""),
        )  # fmt: skip

    def state(self, env: Env) -> ListState:
        """The list as the caller has it now. BadRequest where it knows a filter, order or group no more, or not
        now: leaving out a condition would give out more rows than were meant."""
        name = next((value for name, value in self.query if name == "view"), None)
        view, pairs = view_here(env, self.model, name), [one for one in self.query if one[0] not in _PLACE]
        refuse_asleep(env, view, pairs)
        return ListState.parse(pairs, view)

    def where(self, env: Env, info: ModelInfo, right: str) -> list[Where]:
        """The rows: those of the list or the chosen ones, as far as the caller has `right` on them.

        That they may be read is asked by the Env beside it.
        """
        found = [info.cls.id.in_(self.ids)] if self.ids else self.state(env).where(env)
        reach = env.reach(info, right)
        return found if reach is None else [*found, reach]

    def search(self, env: Env) -> str | None:
        """The text searched for; chosen rows are found already."""
        return None if self.ids else self.state(env).q or None

    def words(self, env: Env) -> list[LazyString | str]:
        """The rows in words: preset, search, filters; or that they were chosen."""
        if self.report:
            report = report_for(env, self.report)
            return [*words_of(env, report, values_of(env, report, self.query)[0])]
        if self.ids:
            return [_n("{n} chosen row", "{n} chosen rows", len(self.ids))]
        state = self.state(env)
        preset = next((one.label for one in state.view.presets if one.key == state.preset), None)
        found: list[LazyString | str] = [] if preset is None else [preset]
        if state.q:
            found.append(f"“{state.q}”")
        return found + [chip.text for chip in chips(env, state)]

    def title(self, env: Env) -> LazyString:
        """What the rows are called."""
        return report_for(env, self.report).title if self.report else env.info(self.model).plural

    def url(self) -> str:
        """Where the rows are shown."""
        query = urlencode(self.query)
        return f"/report/{self.report}?{query}" if self.report else f"/r/{self.model}"

    def group_words(self, env: Env) -> list[LazyString]:
        """What the rows are put together by."""
        return [choice.label for choice in self.state(env).group_choices]

    def with_(self, **changes: Any) -> Self:
        return replace(self, **changes)


def checked_form(text: str) -> str:
    """The format of that name. BadRequest for another."""
    if text not in FORMS:
        raise BadRequest(_("There is no such format."))
    return text


def in_words(words: Sequence[LazyString | str]) -> str:
    """Some conditions in one line; a word for none."""
    return " · ".join(str(word) for word in words) or str(_("all rows"))
