"""Who may do what, decided slowly and obviously: the rules as the documents say them, in plain Python over plain data.

Nothing here knows a table, a statement or the code that decides in the product; it imports nothing of ours. A person
is looked at record by record and way by way. Numbers stand for users, posts and departments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

ACTIONS = ("read", "update", "delete", "assign", "export")
LOOKING = frozenset({"read", "export", "print"})
WRITE_SHARED = "write_shared"
FOR_ALL = 0
"""The company of rows that all companies share."""


@dataclass(frozen=True)
class Post:
    """One post of somebody in a company; a user may have several, some posts have no user."""

    company: int
    user: int | None = None
    department: int | None = None
    superior: int | None = None
    has_left: bool = False
    in_bin: bool = False


@dataclass(frozen=True)
class Department:
    company: int
    parent: int | None = None
    manager: int | None = None
    in_bin: bool = False


@dataclass(frozen=True)
class Record:
    model: str
    company: int
    owner: int | None = None
    department: int | None = None
    text: str = ""
    in_bin: bool = False


@dataclass
class Office:
    """A whole deployment: its companies are 1, 2, …"""

    companies: int = 1
    users: int = 1
    posts: dict[int, Post] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=dict)
    roles: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    """(user, company) -> roles; who is not in it does not work in the company."""
    switched_on: dict[int, frozenset[str]] = field(default_factory=dict)
    blocked: frozenset[int] = frozenset()
    records: dict[int, Record] = field(default_factory=dict)


@dataclass(frozen=True)
class Granted:
    role: str
    model: str
    actions: frozenset[str]
    level: str


@dataclass(frozen=True)
class Rule:
    """A rule of a role: which records it opens. `reads` are the models that it looks into besides its own."""

    role: str
    model: str
    actions: frozenset[str]
    opens: Callable[[Oracle, int, Record], bool]
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Catalogue:
    """What the addons declare."""

    granted: tuple[Granted, ...]
    rules: tuple[Rule, ...]
    addon_of: dict[str, str]
    owned: frozenset[str]
    """Models whose records have an owner."""


@dataclass(frozen=True)
class Oracle:
    office: Office
    catalogue: Catalogue

    # -- people --------------------------------------------------------------------------------------------------

    def works(self, user: int, company: int) -> bool:
        """Whether somebody may sign in to a company: a role there, not blocked, and not gone from every post."""
        posts = [post for post in self.posts_in(company).values() if post.user == user]
        gone = bool(posts) and all(post.has_left for post in posts)
        return (user, company) in self.office.roles and user not in self.office.blocked and not gone

    def posts_in(self, company: int) -> dict[int, Post]:
        return {
            key: one for key, one in self.office.posts.items() if one.company == company and not one.in_bin
        }

    def posts_of(self, user: int, company: int) -> set[int]:
        """Where somebody works now."""
        return {key for key, one in self.posts_in(company).items() if one.user == user and not one.has_left}

    def departments_in(self, company: int) -> dict[int, Department]:
        found = self.office.departments.items()
        return {key: one for key, one in found if one.company == company and not one.in_bin}

    def superior(self, key: int) -> int | None:
        """The post above a post: the one that is named, else the manager of the department or of the next above.

        Who manages a department is led by the next manager above who is somebody else. A superior or manager whose
        file is in the bin leads nobody, and nobody steps in.
        """
        post = self.office.posts[key]
        posts, departments = self.posts_in(post.company), self.departments_in(post.company)
        if post.superior is not None:
            return post.superior if post.superior in posts else None
        at, passed = post.department, set()
        while at in departments and at not in passed:
            passed.add(at)
            manager = departments[at].manager
            if manager is not None and manager != key:
                return manager if manager in posts else None
            at = departments[at].parent
        return None

    def chain(self, key: int) -> Iterator[int]:
        """The posts above a post, the nearest first; a circle ends where it would begin again."""
        passed = {key}
        while (above := self.superior(key)) is not None and above not in passed:
            yield above
            passed.add(above)
            key = above

    def below(self, user: int, company: int, *, directly: bool = False) -> set[int]:
        """The users below somebody, by asking everybody for their superiors.

        People who have left stay below, with their records; a post that somebody has left leads nobody any more, while
        whoever stands above it is still above those below it.
        """
        found, mine = set(), self.posts_of(user, company)
        for key, post in self.posts_in(company).items():
            above = list(self.chain(key))[:1] if directly else self.chain(key)
            if post.user not in (None, user) and mine.intersection(above):
                found.add(post.user)
        return found

    def departments_of(self, user: int, company: int) -> set[int]:
        """Those where somebody has a post or that somebody manages, and all below these."""
        departments, mine = self.departments_in(company), self.posts_of(user, company)
        found = {self.office.posts[key].department for key in mine} & departments.keys()
        found |= {key for key, one in departments.items() if one.manager in mine}
        while more := {key for key, one in departments.items() if one.parent in found} - found:
            found |= more
        return found

    def people_of_departments(self, user: int, company: int) -> set[int | None]:
        wanted = self.departments_of(user, company)
        return {post.user for post in self.posts_in(company).values() if post.department in wanted}

    # -- rights --------------------------------------------------------------------------------------------------

    def is_on(self, model: str, company: int) -> bool:
        return self.catalogue.addon_of[model] in self.office.switched_on[company]

    def levels(self, user: int, company: int, action: str, model: str) -> set[str]:
        """How far each grant of the person's roles reaches; none means that the function right is missing."""
        if not self.works(user, company) or not self.is_on(model, company):
            return set()
        held = self.office.roles[user, company]
        return {
            one.level for one in self.catalogue.granted
            if one.role in held and one.model == model and action in one.actions
        }  # fmt: skip

    def may(self, user: int, company: int, action: str, record: Record, *, in_bin: bool = False) -> bool:
        """Whether somebody who works in `company` now may do it; a record in the bin is looked for in the bin only."""
        if record.company not in (company, FOR_ALL) or record.in_bin != in_bin:
            return False
        if record.company == FOR_ALL and action not in LOOKING and not self.may_write_for_all(user, company):
            return False
        return bool(self.ways(user, company, action, record))

    def may_write_for_all(self, user: int, company: int) -> bool:
        """Whether a role holds the right to change what all companies share, on whichever model."""
        return any(one.role in self.office.roles[user, company] and WRITE_SHARED in one.actions
                   for one in self.catalogue.granted)  # fmt: skip

    def ways(self, user: int, company: int, action: str, record: Record) -> set[str]:
        """Every reason why a record is reached."""
        levels = self.levels(user, company, action, record.model)
        if not levels:
            return set()
        found = {level for level in levels if self._level_reaches(level, user, company, record)}
        if record.model in self.catalogue.owned and record.owner is not None:
            if action != "delete" and record.owner in self.below(user, company, directly=True):
                found.add("superior")
            if action in LOOKING and record.owner in self.below(user, company):
                found.add("indirect superior")
        return found | {f"rule {number}" for number in self._open_rules(user, company, action, record)}

    def _level_reaches(self, level: str, user: int, company: int, record: Record) -> bool:
        if level == "company":
            return True
        if level == "rule":
            return False
        if record.model not in self.catalogue.owned:
            return level == "department" and record.department in self.departments_of(user, company)
        if record.owner is None:
            return False
        reached: set[int | None] = {user}
        if level == "team":
            reached |= self.below(user, company)
        if level == "department":
            reached |= self.people_of_departments(user, company)
        return record.owner in reached

    def _open_rules(self, user: int, company: int, action: str, record: Record) -> Iterator[int]:
        """A rule that looks into a model whose addon is off opens nothing."""
        for number, rule in enumerate(self.catalogue.rules):
            if rule.role not in self.office.roles[user, company] or rule.model != record.model:
                continue
            is_awake = action in rule.actions and all(self.is_on(model, company) for model in rule.reads)
            if is_awake and rule.opens(self, user, record):
                yield number

    # -- what is done to many --------------------------------------------------------------------------------------

    def reach(self, user: int, company: int, action: str, model: str, *, in_bin: bool = False) -> set[int]:
        """The records of a model on which somebody may do something."""
        return {
            key for key, record in self.office.records.items()
            if record.model == model and self.may(user, company, action, record, in_bin=in_bin)
        }  # fmt: skip

    def workers(self) -> Iterable[tuple[int, int]]:
        """(user, company) of everybody who may sign in."""
        return [one for one in sorted(self.office.roles) if self.works(*one)]
