"""Who works in the demonstration companies. Names and numbers are invented; no mail leaves for example.com."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """An account with a post. Superiors stand before those they lead."""

    login: str
    name: str
    position: str
    department: str
    superior: str = ""
    mobile: str | None = None
    language: str = "zh_CN"
    since: date = date(2022, 3, 1)


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company: its departments as (code, name, code of the one above), its people, and who leads what."""

    code: str
    name: str
    language: str
    timezone: str
    currency: str
    departments: tuple[tuple[str, str, str], ...]
    people: tuple[Person, ...]
    managers: tuple[tuple[str, str], ...]
    keepers: tuple[str, ...] = ("admin",)


CHINESE = DemoCompany(
    code="DEMO",
    name="演示公司",
    language="zh_CN",
    timezone="Asia/Shanghai",
    currency="CNY",
    departments=(
        ("HQ", "总部", ""), ("MKT", "市场部", "HQ"), ("EAST", "华东分公司", "HQ"), ("SH", "上海办事处", "EAST"),
        ("HZ", "杭州办事处", "EAST"), ("NORTH", "华北分公司", "HQ"), ("SOUTH", "华南分公司", "HQ"),
    ),
    people=(
        Person("zongjingli", "王建国", "总经理", "HQ", "", "13901000001"),
        Person("admin", "何敏", "系统管理员", "HQ", "zongjingli", "13901000002"),
        Person("shichang", "林晓梅", "市场总监", "MKT", "zongjingli", "13901000003"),
        Person("zhuli", "沈佳怡", "线索专员", "MKT", "shichang", "13901000004"),
        Person("caiwu", "罗丹", "财务主管", "HQ", "zongjingli", "13901000005"),
        Person("director1", "陈志强", "华东销售总监", "EAST", "zongjingli", "13901000011"),
        Person("yewuzhuli", "徐静", "业务助理", "EAST", "director1", "13901000014", since=date(2024, 4, 8)),
        Person("shouqian", "高翔", "售前工程师", "EAST", "director1", "13901000015", since=date(2023, 11, 6)),
        Person("director2", "李雪", "华北销售总监", "NORTH", "zongjingli", "13901000012"),
        Person("director3", "黄伟明", "华南销售总监", "SOUTH", "zongjingli", "13901000013"),
        Person("lead1", "郑凯", "上海办事处主任", "SH", "director1", "13901000021"),
        Person("sales1", "张伟", "客户经理", "SH", "lead1", "13901000031", since=date(2023, 5, 8)),
        Person("sales2", "刘洋", "客户经理", "SH", "lead1", "13901000032", since=date(2024, 2, 19)),
        Person("sales3", "周婷", "客户经理", "HZ", "director1", "13901000033", since=date(2023, 9, 1)),
        Person("sales4", "吴鹏", "客户经理", "NORTH", "director2", "13901000034", since=date(2022, 7, 11)),
        Person("sales5", "赵静", "客户经理", "NORTH", "director2", "13901000035", since=date(2025, 3, 3)),
        Person("sales6", "孙浩", "客户经理", "SOUTH", "director3", "13901000036", since=date(2023, 1, 9)),
        Person("sales7", "马丽", "客户经理", "SOUTH", "director3", "13901000037", since=date(2024, 8, 5)),
    ),
    managers=(("HQ", "zongjingli"), ("MKT", "shichang"), ("EAST", "director1"), ("SH", "lead1"), ("NORTH", "director2"),
              ("SOUTH", "director3")),
)  # fmt: skip

ENGLISH = DemoCompany(
    code="DEMO-EN",
    name="Keyuan Demo Ltd",
    language="en",
    timezone="Asia/Singapore",
    currency="USD",
    departments=(("HQ", "Head office", ""), ("SALES", "Sales", "HQ"), ("SG", "Singapore", "SALES"),
        ("KL", "Kuala Lumpur", "SALES")),
    people=(
        Person("manager", "Oliver Grant", "General manager", "HQ", "", "+65 8100 0001", "en"),
        Person("admin", "何敏", "Administrator", "HQ", "manager", "+65 8100 0002"),
        Person("market", "Amelia Wong", "Market director", "HQ", "manager", "+65 8100 0003", "en"),
        Person("accounts", "Priya Nair", "Accountant", "HQ", "manager", "+65 8100 0004", "en"),
        Person("director4", "Emma Clarke", "Sales director", "SALES", "manager", "+65 8100 0011", "en"),
        Person("assistant", "Grace Lim", "Sales assistant", "SALES", "director4", "+65 8100 0013", "en"),
        Person("presales", "Daniel Koh", "Pre-sales engineer", "SALES", "director4", "+65 8100 0014", "en"),
        Person("sales8", "Jack Turner", "Account manager", "SG", "director4", "+65 8100 0021", "en"),
        Person("sales9", "Nurul Rahman", "Account manager", "KL", "director4", "+60 12 310 0022", "en"),
    ),
    managers=(("HQ", "manager"), ("SALES", "director4")),
)  # fmt: skip

COMPANIES = (CHINESE, ENGLISH)
