"""What a demonstration company's data are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """A contact that took place: kind, subject, result, minutes."""

    kind: str
    subject: str
    result: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task: kind, subject, result once it is done."""

    kind: str
    subject: str
    result: str


@dataclass(frozen=True, slots=True)
class Story:
    """Texts of one language.

    `customers` are lines `name|short name|industry|province|city|level|size|kind of relation`;
    `sellers` say which login sells in which provinces, `directors` who gives the tasks of whom, and `orders` (giver,
    assignee, task) what is asked of the directors themselves.
    """

    customers: str
    sellers: Mapping[str, tuple[str, ...]]
    directors: Mapping[str, str]
    surnames: Sequence[str]
    given_names: Sequence[str]
    positions: Sequence[str]
    streets: Sequence[str]
    business: Sequence[str]
    intentions: Sequence[str]
    done: Sequence[Done]
    planned: Sequence[tuple[str, str]]
    tasks: Sequence[ToDo]
    orders: Sequence[tuple[str, str, ToDo]]
    phone: str
    mobile: str
    name_order: str
    country: str
    categories: Sequence[tuple[str, Sequence[str]]]
    campaigns: Sequence[str]

    def lines(self) -> list[list[str]]:
        """The customers as lists of their parts."""
        return [line.strip().split("|") for line in self.customers.strip().splitlines()]

    def person(self, number: int) -> str:
        """A name, the same for the same number."""
        surname = self.surnames[number % len(self.surnames)]
        given = self.given_names[(number * 7) // 3 % len(self.given_names)]
        return self.name_order.format(surname=surname, given=given)
