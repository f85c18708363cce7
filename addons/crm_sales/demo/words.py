"""What the quotes, contracts and orders of the demonstration companies say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one language. `department` has the offices that the order desk serves."""

    department: str
    rule: str
    assistant: str
    terms: Sequence[str]
    titles: Sequence[str]
    contracts: Sequence[str]
    declined: Sequence[str]
    cancelled: Sequence[str]
    closed: str
    our_party: str
    costs: Sequence[tuple[str, str, int]]
    """Kind, remark, amount."""


CHINESE = Words(
    department="EAST",
    rule="华东各办事处的{plural}由业务助理处理",
    assistant="yewuzhuli",
    terms=("款到发货。", "合同签订后预付30%，交货验收后付清。", "月结30天。"),
    titles=("仓库条码改造", "服务器采购", "会议室设备", "办公网络升级", "年度维保", "生产线数据采集"),
    contracts=("年度设备框架合同", "软件维护合同", "期刊广告订阅合同", "备件供应合同"),
    declined=("价格高于预算，暂不采购。", "选了当地供应商。", "项目取消。"),
    cancelled=("客户推迟项目，订单取消。", "规格有误，重新下单。"),
    closed="货款已清，客户不再提取剩余数量。",
    our_party="示范科技有限公司",
    costs=(
        ("transport", "专车送货", 380),
        ("labour", "现场安装两人一天", 1200),
        ("material", "机柜配件", 260),
    ),
)

ENGLISH = Words(
    department="SALES",
    rule="{plural} of the offices are processed by the sales assistant",
    assistant="assistant",
    terms=("Payment in advance.", "30% with the order, the rest after acceptance.", "30 days net."),
    titles=("Warehouse scanners", "Server renewal", "Meeting rooms", "Office network", "Yearly maintenance"),
    contracts=("Frame contract for equipment", "Software maintenance", "Advertising subscription"),
    declined=("Above their budget.", "They chose a local supplier."),
    cancelled=("The customer has put the project off.", "Wrong specification, ordered anew."),
    closed="Paid in full; the customer does not want the rest.",
    our_party="Demo Technologies Pte Ltd",
    costs=(
        ("transport", "Courier", 60),
        ("labour", "Installation on site", 240),
        ("material", "Rack parts", 45),
    ),
)
