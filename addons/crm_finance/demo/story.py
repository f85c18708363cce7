"""What the money of a demonstration company is made of. All names are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """Texts of one language. `sales` are (what was sold, amount); `expenses` (kind, subject, amount)."""

    accountant: str
    sellers: Sequence[str]
    sales: Sequence[tuple[str, int]]
    instalment: str
    foreign: tuple[str, str]
    accounts: Sequence[tuple[str, str, str]]
    expenses: Sequence[tuple[str, str, str]]
    reason: str
    said: str


CHINESE = Story(
    accountant="caiwu",
    sellers=("sales1", "sales4", "sales6", "sales3", "sales7", "sales2", "sales5"),
    sales=(("生产管理系统一期", 320_000), ("机架式服务器", 240_000), ("条码仓库方案", 180_000),
           ("客户管理软件", 96_000), ("年度维保服务", 45_000), ("会议设备", 68_000)),
    instalment="{title} 第{n}期",
    foreign=("USD", "7.12"),
    accounts=(("工商银行基本户", "bank", "中国工商银行"), ("现金", "cash", ""), ("微信收款", "online", "")),
    expenses=(("travel", "高铁往返客户现场", "553.50"), ("hospitality", "项目组工作餐", "486.00"),
              ("transport", "市内打车", "87.40"), ("gift", "中秋礼品", "320.00"),
              ("material", "演示样机耗材", "1250.00"),
              ("event", "产品推介会场地", "6800.00")),
    reason="客户破产清算，余款无法收回。",
    said="财务说本周安排付款。",
)  # fmt: skip

ENGLISH = Story(
    accountant="accounts",
    sellers=("sales8", "sales9"),
    sales=(("Production planning, phase 1", 64_000), ("Rack servers", 38_500), ("Barcode warehouse", 27_800),
           ("CRM licences", 12_600), ("Yearly maintenance", 7_400)),
    instalment="{title}, instalment {n}",
    foreign=("JPY", "0.0067"),
    accounts=(("DBS current account", "bank", "DBS"), ("Petty cash", "cash", "")),
    expenses=(("travel", "Train to the customer's plant", "86.20"),
              ("hospitality", "Lunch with the project team", "124.50"),
              ("transport", "Taxi", "18.90"), ("material", "Parts for the demonstration unit", "310.00")),
    reason="The customer is insolvent.",
    said="Accounts payable will transfer it this week.",
)  # fmt: skip

STORIES = (CHINESE, ENGLISH)
