"""What the leads and opportunities of a demonstration company are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from core.api import Env


@dataclass(frozen=True, slots=True)
class Told:
    """A contact that took place: kind, subject, result, minutes."""

    kind: str
    subject: str
    result: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Story:
    """Texts of one language. `needs` are (subject, products, what is needed, thousands it may bring)."""

    desk: str
    sellers: Sequence[str]
    leads: int
    deals: int
    brands: Sequence[str]
    trades: Sequence[str]
    company: str
    places: Sequence[tuple[str, str]]
    people: Sequence[str]
    phone: str
    needs: Sequence[tuple[str, str, str, int]]
    campaigns: Sequence[str]
    keywords: Sequence[str]
    returns: Sequence[str]
    closings: Sequence[tuple[str, str]]
    told: Sequence[Told]
    planned: Sequence[tuple[str, str]]
    projects: Sequence[tuple[str, str, int]]
    intentions: Sequence[str]
    losses: Sequence[tuple[str, str, str]]
    deal_title: str
    task: str

    def company_name(self, number: int) -> str:
        """A company that is nobody's customer yet."""
        brand, trade = self.brands[number % len(self.brands)], self.trades[number * 3 % len(self.trades)]
        return self.company.format(place=self.places[number % len(self.places)][1], brand=brand, trade=trade)


def moment(env: Env, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
    """A time of the company's day so many days ago; of today no later than now."""
    day = env.today - timedelta(days=days_ago)
    when = datetime.combine(day, time(hour, minute), env.timezone).astimezone(UTC)
    return min(when, env.now.astimezone(UTC)) if days_ago >= 0 else when


def at(env: Env, when: datetime, user: int) -> Env:
    """The Env in which somebody did something then, so that history, numbers and times say so."""
    then = env.sudo("demonstration data")
    then.clock = lambda: when
    then.user_id = then.real_user_id = user
    return then
