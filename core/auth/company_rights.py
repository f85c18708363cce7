"""What a company has configured of its rights: one immutable object, kept by this process until a row of it changes.

    row of a rights model changes          open_request              this process
             |                                  |                         |
      trigger raises the number  ------>  Identity's statement --> the number it has? --no--> one statement,
      of the company (or of all)          brings the numbers             |                    all sections
                                                                         +--> Identity.rights

Each kind of configuration is a section (`Section`), listed in rights_sections.py: the models whose rows it is made of,
the query for one company, and how rows become the object that policy and screens ask. A number is drawn from a
sequence and never given twice, so what a transaction saw that was rolled back is never taken for something else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Select, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from core.orm.compose import Composition
from core.orm.kernel_tables import rights_version
from core.orm.trust import TRUSTED

T = TypeVar("T")
Version = tuple[int, ...]
Question = Callable[[Composition, ColumnElement[int]], Select[Any]]
COMPANIES: Final = 500
"""Companies whose rights a process keeps."""


@dataclass(frozen=True, eq=False)
class Section(Generic[T]):
    """One kind of configuration. `build` gets the rows of `question` as mappings by column name, in its order, with
    values as JSON has them (times as texts); `empty` is what a company without any row has.
    """

    name: str
    models: tuple[str, ...]
    question: Question
    build: Callable[[Sequence[Mapping[str, Any]]], T]
    empty: T


@dataclass(frozen=True, eq=False)
class CompanyRights:
    """The configured rights of one company as they stood at `version`; two of the same version are alike."""

    company_id: int = 0
    version: Version = ()
    sections: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, Version]:
        """What an answer that was worked out with it has to be remembered by."""
        return self.company_id, self.version

    def of(self, section: Section[T]) -> T:
        """What the company has configured of one kind."""
        found: T = self.sections.get(section.name, section.empty)
        return found


SHIPPED: Final = CompanyRights()
"""Nothing is configured: everything is as the addons declare it."""


class RightsStore:
    """The rights of companies of one database, as this process has last read them."""

    def __init__(self) -> None:
        self._found: OrderedDict[int, CompanyRights] = OrderedDict()
        self._lock = Lock()

    def of(
        self, session: Session, sections: Sequence[Section[Any]], composed: Composition, company_id: int,
        version: Version,
    ) -> CompanyRights:  # fmt: skip
        """The company's rights at `version`, which the caller's transaction sees."""
        with self._lock:
            found = self._found.get(company_id)
        if found is None or found.version != version:
            found = _read(session, sections, composed, company_id)
            with self._lock:
                self._found[company_id] = found
                self._found.move_to_end(company_id)
                while len(self._found) > COMPANIES:
                    self._found.popitem(last=False)
        return found


_stores: WeakKeyDictionary[Engine, RightsStore] = WeakKeyDictionary()


def load_rights(
    session: Session, sections: Sequence[Section[Any]], composed: Composition, company_id: int, version: Version
) -> CompanyRights:  # fmt: skip
    """The configured rights of the company in which the session works; without a statement where they are known."""
    if not version:
        return CompanyRights(company_id)
    store = _stores.setdefault(session.get_bind().engine, RightsStore())
    return store.of(session, sections, composed, company_id, version)


def version_of(company: ColumnElement[int]) -> Any:
    """The numbers of a company and of what is configured for all, as a scalar subquery; NULL where there are none."""
    numbers = aggregate_order_by(rights_version.c.number, rights_version.c.company_id)
    here = (rights_version.c.company_id == 0) | (rights_version.c.company_id == company)
    return select(func.array_agg(numbers)).where(here)


def _read(
    session: Session, sections: Sequence[Section[Any]], composed: Composition, company_id: int
) -> CompanyRights:
    company = bindparam("rights_of_company", company_id, type_=BigInteger)
    columns = [_rows(section, composed, company).label(section.name) for section in sections]
    statement = select(version_of(company).scalar_subquery().label("version"), *columns)
    row = session.execute(statement, execution_options=TRUSTED).one()._mapping
    built = {section.name: section.build(row[section.name]) for section in sections if row[section.name]}
    return CompanyRights(company_id, tuple(row["version"] or ()), built)


def _rows(section: Section[Any], composed: Composition, company: ColumnElement[int]) -> Any:
    rows = section.question(composed, company).subquery(f"of_{section.name}")
    one = func.to_jsonb(literal_column(rows.name), type_=JSONB)
    return select(func.jsonb_agg(one, type_=JSONB)).select_from(rows).scalar_subquery()
