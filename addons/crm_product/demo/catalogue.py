"""What the demonstration companies sell: hardware of others, software and services of their own. All is invented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

Words = tuple[str, str]
"""The same in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Item:
    """A product of the demonstration. Prices are in yuan."""

    code: str
    name: Words
    category: str
    specification: Words
    price: int
    cost: int
    kind: str = "goods"
    brand: str = "agency"
    unit: str = "Piece"
    tax: int = 13
    warranty: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    periods: tuple[int, str] | None = None


CATEGORIES: Final[tuple[tuple[str, Words, str | None], ...]] = (
    ("hardware", ("硬件", "Hardware"), None),
    ("server", ("服务器", "Servers"), "hardware"),
    ("scanner", ("条码设备", "Bar code equipment"), "hardware"),
    ("meeting", ("会议设备", "Meeting equipment"), "hardware"),
    ("network", ("网络设备", "Network equipment"), "hardware"),
    ("software", ("软件", "Software"), None),
    ("service", ("服务", "Services"), None),
    ("media", ("资讯", "Information"), None),
)

ATTRIBUTES: Final[tuple[tuple[str, Words, str, str, str], ...]] = (
    ("server", ("处理器", "Processor"), "text", "", ""),
    ("server", ("内存", "Memory"), "number", "", "GB"),
    ("server", ("硬盘", "Disks"), "number", "", "TB"),
    ("server", ("高度", "Height"), "choice", "1U\n2U\n4U", ""),
    ("server", ("电源", "Power supply"), "choice", "1\n2", ""),
    ("server", ("网口", "Network ports"), "number", "", ""),
    ("hardware", ("颜色", "Colour"), "text", "", ""),
)
"""Category, name, kind, choices, suffix; values below name the English one."""

PRODUCTS: Final[tuple[Item, ...]] = (
    Item(
        "SRV-100",
        ("机架式服务器 R100", "Rack server R100"),
        "server",
        ("1U 单路", "1U, one processor"),
        18_800,
        14_200,
        warranty=36,
        attributes=(("Memory", "32"), ("Disks", "2"), ("Height", "1U"), ("Network ports", "2")),
    ),
    Item(
        "SRV-200",
        ("机架式服务器 R200", "Rack server R200"),
        "server",
        ("2U 双路", "2U, two processors"),
        36_500,
        28_900,
        warranty=36,
        attributes=(("Memory", "128"), ("Disks", "8"), ("Height", "2U"), ("Network ports", "4")),
    ),
    Item(
        "SCN-10",
        ("手持条码枪", "Hand scanner"),
        "scanner",
        ("二维，无线", "2D, wireless"),
        680,
        410,
        warranty=12,
    ),
    Item(
        "SCN-50",
        ("数据采集终端", "Mobile terminal"),
        "scanner",
        ("5 寸屏", "5 inch screen"),
        2_980,
        2_050,
        warranty=12,
    ),
    Item(
        "PRN-20",
        ("标签打印机", "Label printer"),
        "scanner",
        ("300 dpi", "300 dpi"),
        1_850,
        1_240,
        warranty=12,
    ),
    Item(
        "LBL-01",
        ("热转印标签", "Thermal labels"),
        "scanner",
        ("每卷 1000 张", "1,000 on a roll"),
        38,
        19,
        unit="Dozen",
    ),
    Item(
        "CON-30",
        ("视频会议终端", "Meeting terminal"),
        "meeting",
        ("4K，带麦克风", "4K with microphone"),
        12_600,
        8_900,
        warranty=24,
    ),
    Item("CAB-06", ("六类网线", "Cat 6 cable"), "network", ("按米", "By the metre"), 4, 2, unit="Metre"),
    Item(
        "NET-24",
        ("交换机 24 口", "Switch, 24 ports"),
        "network",
        ("千兆", "Gigabit"),
        3_200,
        2_300,
        warranty=36,
    ),
    Item(
        "WMS-1",
        ("仓库管理系统", "Warehouse system"),
        "software",
        ("永久授权", "Perpetual licence"),
        98_000,
        30_000,
        kind="service",
        brand="own",
        unit="Set",
        tax=13,
    ),
    Item(
        "MES-1",
        ("生产管理系统", "Production system"),
        "software",
        ("基础版", "Basic edition"),
        168_000,
        52_000,
        kind="service",
        brand="own",
        unit="Set",
        tax=13,
    ),
    Item(
        "CRM-1",
        ("客户管理软件", "CRM software"),
        "software",
        ("每用户每年", "A user for a year"),
        1_200,
        240,
        kind="periodic",
        brand="own",
        tax=6,
        periods=(1, "year"),
    ),
    Item(
        "SVC-DAY",
        ("实施服务", "Implementation"),
        "service",
        ("按人天", "By the day"),
        2_400,
        1_300,
        kind="service",
        brand="own",
        unit="Day of 8 hours",
        tax=6,
    ),
    Item(
        "SVC-YEAR",
        ("年度维保", "Maintenance for a year"),
        "service",
        ("四个季度", "Four quarters"),
        12_000,
        5_000,
        kind="periodic",
        brand="own",
        tax=6,
        periods=(4, "quarter"),
    ),
    Item(
        "MAG-12",
        ("行业资讯月刊", "Industry magazine"),
        "media",
        ("全年 12 期", "12 issues"),
        360,
        150,
        kind="periodic",
        brand="own",
        tax=9,
        periods=(12, "month"),
    ),
)

OPTIONS: Final[tuple[tuple[Words, bool, tuple[tuple[str, Words, int], ...]], ...]] = (
    (("处理器", "Processor"), True, (("P8", ("8 核", "8 cores"), 0), ("P16", ("16 核", "16 cores"), 4_200))),
    (
        ("内存", "Memory"),
        True,
        (
            ("M64", ("64 GB", "64 GB"), 0),
            ("M128", ("128 GB", "128 GB"), 3_600),
            ("M256", ("256 GB", "256 GB"), 9_800),
        ),
    ),
    (("电源", "Power supply"), True, (("E1", ("单电源", "One"), 0), ("E2", ("冗余电源", "Two"), 1_500))),
    (("上门服务", "On-site service"), False, (("S3", ("三年", "Three years"), 2_600),)),
)
"""What can be chosen of the larger server: option, has to be chosen, choices (code, name, surcharge)."""

RULES: Final = (("P8", "exclude", "M256"), ("M256", "require", "E2"))


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price list: whom it is for and (product or category, from quantity, price, discount)."""

    name: Words
    kind: str
    level: str | None
    prices: tuple[tuple[str, int, int | None, int | None], ...]


TARIFFS: Final[tuple[Tariff, ...]] = (
    Tariff(
        ("零售价", "Retail prices"), "retail", None, (("SCN-10", 20, 620, None), ("hardware", 50, None, 3))
    ),
    Tariff(
        ("重点客户价", "Prices for key accounts"),
        "wholesale",
        "key",
        (("server", 0, None, 8), ("software", 0, None, 10), ("SRV-200", 10, 32_800, None)),
    ),
    Tariff(
        ("A 级客户价", "Prices for level A"),
        "member",
        "a",
        (("hardware", 0, None, 5), ("service", 0, None, 5)),
    ),
)
YUAN_IN_OTHERS: Final = Decimal("0.19")
"""What a yuan is taken for in the prices of a company that keeps its books in another currency."""
