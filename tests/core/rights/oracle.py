"""Who may do what, decided slowly and obviously: the rules as the documents say them, in plain Python over plain data.

Nothing here knows a table, a statement or the code that decides in the product; it imports nothing of it. A person
is looked at record by record and way by way. Numbers stand for users, posts and departments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.core.rights.oracle_of_sharing import ways_by_sharing
from tests.core.rights.plain import (
    FOR_ALL,
    LOOKING,
    USUAL,
    WRITE_SHARED,
    Catalogue,
    Department,
    Office,
    Post,
    Record,
)


@dataclass(frozen=True)
class Oracle:
    office: Office
    catalogue: Catalogue
    working: dict[tuple[int, int], str] = field(default_factory=dict)
    """(user, company) -> the one role in which somebody works at the moment, who holds others too."""

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

    def departments_of(self, user: int, company: int, *, below: bool = True) -> set[int]:
        """Those where somebody has a post or that somebody manages, and all below these."""
        departments, mine = self.departments_in(company), self.posts_of(user, company)
        found = {self.office.posts[key].department for key in mine} & departments.keys()
        found |= {key for key, one in departments.items() if one.manager in mine}
        while more := {key for key, one in departments.items() if below and one.parent in found} - found:
            found |= more
        return found

    def people_of(self, departments: set[int], company: int) -> set[int | None]:
        return {post.user for post in self.posts_in(company).values() if post.department in departments}

    # -- rights --------------------------------------------------------------------------------------------------

    def is_on(self, model: str, company: int) -> bool:
        return self.catalogue.addon_of[model] in self.office.switched_on[company]

    def models(self, company: int) -> list[str]:
        """Models with records, of addons that are on."""
        found = {record.model for record in self.office.records.values()}
        return [model for model in sorted(found) if self.is_on(model, company)]

    def roles_of(self, user: int, company: int) -> frozenset[str]:
        """The roles in which somebody works: one that was taken away meanwhile leaves none."""
        held = self.office.roles[user, company]
        return held & {self.working[user, company]} if (user, company) in self.working else held

    def granting(self, user: int, company: int) -> set[str]:
        """The roles in which somebody works, and all that stand below these."""
        above, found = self.office.configured.above, set(self.roles_of(user, company))
        while (
            more := {role for (home, role), upper in above.items() if home == company and upper in found}
            - found
        ):
            found |= more
        return found

    def shipped(self, role: str) -> str:
        """What a role is by what is shipped: a copy is what its model is."""
        return self.office.configured.basis.get(role) or role

    def role_levels(self, company: int, role: str, action: str, model: str) -> set[str]:
        """How far one role reaches: as its company says, else as is said for all, else as is shipped."""
        for home in (company, FOR_ALL):
            said = self.office.configured.levels.get((home, role, model, action))
            if said is not None:
                return {said} - {"none"}
        return {
            one.level for one in self.catalogue.granted
            if one.role == self.shipped(role) and one.model == model and action in one.actions
        }  # fmt: skip

    def levels(self, user: int, company: int, action: str, model: str) -> set[str]:
        """How far all roles of somebody reach; none means that the function right is missing."""
        if not self.works(user, company) or not self.is_on(model, company):
            return set()
        roles = self.granting(user, company)
        return set().union(*(self.role_levels(company, role, action, model) for role in roles))

    def may(self, user: int, company: int, action: str, record: Record, *, in_bin: bool = False) -> bool:
        """Whether somebody who works in `company` now may do it; a record in the bin is looked for in the bin only."""
        if record.company not in (company, FOR_ALL) or record.in_bin != in_bin:
            return False
        if record.company == FOR_ALL and action not in LOOKING and not self.may_write_for_all(user, company):
            return False
        return bool(self.ways(user, company, action, record))

    def may_write_for_all(self, user: int, company: int) -> bool:
        """Whether a role that was given holds the right to change what all companies share, on whichever model."""
        held = self.roles_of(user, company)
        return any(one.role in held and WRITE_SHARED in one.actions for one in self.catalogue.granted)

    def ways(self, user: int, company: int, action: str, record: Record) -> set[str]:
        """Every reason why a record is reached. Each role reaches within its own limits."""
        if not self.levels(user, company, action, record.model):
            return set()
        found: set[str] = set()
        for role in self.granting(user, company):
            if self.is_within(company, role, record):
                found |= self._ways_of(role, user, company, action, record)
        return found

    def is_within(self, company: int, role: str, record: Record) -> bool:
        """Whether the values of a record are among those that a role is limited to; those of all companies add up."""
        limits: dict[str, set[str]] = {}
        for (home, limited, model, name), values in self.office.configured.limits.items():
            if home in (company, FOR_ALL) and limited == role and model == record.model:
                limits.setdefault(name, set()).update(values)
        return all(self._has(record, name, values) for name, values in limits.items())

    def _has(self, record: Record, name: str, values: set[str]) -> bool:
        """A department is among the values, or below one of them; its own bin does not matter for the tree."""
        if name != "department":
            return getattr(record, name) in values
        at, passed = record.department, set()
        while at is not None and at not in passed:
            if str(at) in values:
                return True
            passed.add(at)
            at = self.office.departments[at].parent
        return False

    def _ways_of(self, role: str, user: int, company: int, action: str, record: Record) -> set[str]:
        levels = self.role_levels(company, role, action, record.model)
        found = {level for level in levels if self._level_reaches(level, user, company, record)}
        if levels and record.model in self.catalogue.owned and record.owner is not None:
            direct, further = self.office.configured.superiors.get((company, record.model), ("full", "query"))
            below, directly = self.below(user, company), self.below(user, company, directly=True)
            if record.owner in directly and _admits(direct, action):
                found.add("superior")
            if record.owner in below - directly and _admits(further, action):
                found.add("indirect superior")
        if levels and record.model in self.catalogue.owned:
            found |= ways_by_sharing(self, user, company, action, record)
        return found | {f"rule {number}" for number in self._open_rules(role, user, company, action, record)}

    def _level_reaches(self, level: str, user: int, company: int, record: Record) -> bool:
        if level == "company":
            return True
        if level == "rule":
            return False
        departments = self.departments_of(user, company, below=level == "department")
        if record.model not in self.catalogue.owned:
            return level in ("department", "own_department") and record.department in departments
        if record.owner is None:
            return False
        reached: set[int | None] = {user}
        if level == "team":
            reached |= self.below(user, company)
        if level in ("department", "own_department"):
            reached |= self.people_of(departments, company)
        return record.owner in reached

    def _open_rules(self, role: str, user: int, company: int, action: str, record: Record) -> Iterator[int]:
        """A rule that looks into a model whose addon is off opens nothing; one whose role has lost the right neither."""
        lost = self.office.configured.levels.get(
            (company, role, record.model, action),
            self.office.configured.levels.get((FOR_ALL, role, record.model, action)),
        )
        for number, rule in enumerate(self.catalogue.rules):
            if rule.role != self.shipped(role) or rule.model != record.model or lost == "none":
                continue
            is_awake = action in rule.actions and all(self.is_on(model, company) for model in rule.reads)
            if is_awake and rule.opens(self, user, record):
                yield number

    # -- fields --------------------------------------------------------------------------------------------------

    def field(self, user: int, company: int, model: str, name: str) -> str:
        """Hidden, readonly or editable: the most generous of the roles that let somebody at the model."""
        said, silent = set(), []
        for role in self.granting(user, company):
            rights = self.office.configured.fields
            right = rights.get((company, role, model, name), rights.get((FOR_ALL, role, model, name)))
            actions = {one for one in USUAL if self.role_levels(company, role, one, model)}
            if right is not None:
                said.add(right)
            elif actions:
                silent.append(actions)
        if said <= {"hidden"} and said and not silent:
            return "hidden"
        may_write = any(actions & {"create", "update", "import"} for actions in silent)
        return "editable" if not said or "editable" in said or may_write else "readonly"

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


def _admits(how: str, action: str) -> bool:
    """What a rule of superiors lets them do, if a role gives them the right."""
    return {"full": action != "delete", "query": action in LOOKING, "none": False}[how]
