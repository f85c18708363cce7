"""Whom the demonstration companies buy from, and what their purchase orders say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seller:
    """A supplier with one contact; `products` are codes of the catalogue, `rate` is its price in percent of cost."""

    name: str
    place: tuple[str, str, str]
    """Province, city, address."""
    phone: str
    contact: tuple[str, str, str, str]
    """Name, position, mobile phone, e-mail."""
    days: tuple[int, int]
    """For payment, and from order to delivery."""
    prefix: str
    """Their codes begin like this."""
    products: Sequence[str]
    rate: int = 100
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one language. `buyer` and `manager` are logins of demonstration people."""

    buyer: str
    manager: str
    sellers: Sequence[Seller]
    delivery: str
    terms: str
    cancelled: str
    note: str
    """The number of a supplier's delivery note."""
    missing: Sequence[str]
    """Why something should be bought."""


CHINESE = Words(
    buyer="yewuzhuli",
    manager="zongjingli",
    sellers=(
        Seller("深圳华锐服务器有限公司", ("广东", "深圳", "南山区科技南路18号"), "0755-26710088",
               ("梁志强", "渠道经理", "13902450011", "liang@example.com"), (30, 14), "HR-", ("SRV-100", "SRV-200"), 98),
        Seller("上海联码识别技术有限公司", ("上海", "上海", "嘉定区曹安公路4800号"), "021-59550021",
               ("顾晓雯", "销售", "13817740022", "gu@example.com"), (45, 7), "LM",
               ("SCN-10", "SCN-50", "PRN-20", "LBL-01")),
        Seller("苏州捷通网络设备有限公司", ("江苏", "苏州", "工业园区星湖街218号"), "0512-62880033",
               ("陆建国", "销售经理", "13915530033", "lu@example.com"), (30, 10), "JT-",
               ("NET-24", "CAB-06", "CON-30"), 97),
        Seller("宁波旧港电子商行", ("浙江", "宁波", "江北区人民路5号"), "0574-87650044",
               ("范永昌", "经理", "13805740044", "fan@example.com"), (0, 21), "JG", ("LBL-01",), 92, "inactive"),
    ),
    delivery="送货上门，运费由供方承担。",
    terms="货到验收合格后按账期付款，附装箱单与合格证。",
    cancelled="改由另一型号替代，订单取消。",
    note="送货单{n}",
    missing=("客户项目备货", "展会样机"),
)  # fmt: skip

ENGLISH = Words(
    buyer="assistant",
    manager="manager",
    sellers=(
        Seller("Harbour Server Systems Pte Ltd", ("", "Singapore", "12 Tuas Link 3"), "+65 6862 0011",
               ("Kelvin Ong", "Channel manager", "+65 8111 0011", "ong@example.com"), (30, 14), "HS-",
               ("SRV-100", "SRV-200"), 98),
        Seller("Linkcode Identification Sdn Bhd", ("Selangor", "Shah Alam", "8 Jalan Pelukis"), "+60 3 5511 0022",
               ("Farah Aziz", "Sales", "+60 12 440 0022", "farah@example.com"), (45, 7), "LC",
               ("SCN-10", "SCN-50", "PRN-20", "LBL-01")),
        Seller("Metro Network Supplies Pte Ltd", ("", "Singapore", "50 Ubi Avenue 3"), "+65 6741 0033",
               ("Ravi Menon", "Account manager", "+65 8111 0033", "menon@example.com"), (30, 10), "MN-",
               ("NET-24", "CAB-06", "CON-30"), 97),
        Seller("Old Quay Electronics", ("", "Singapore", "3 Sungei Road"), "+65 6291 0044",
               ("Tan Boon Kee", "Owner", "+65 8111 0044", "tan@example.com"), (0, 21), "OQ", ("LBL-01",), 92,
               "inactive"),
    ),
    delivery="Delivered to our warehouse, carriage paid.",
    terms="Payment after acceptance of the goods. Packing list and certificates come with the goods.",
    cancelled="Another model is bought instead.",
    note="DN {n}",
    missing=("Stock for a customer's project", "Demonstration units for the fair"),
)  # fmt: skip
