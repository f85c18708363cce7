"""The contract texts that companies begin with. Places in braces take values of the contract."""

from typing import Final

_CHINESE: Final = """\
甲方（买方）：{other_party}
乙方（卖方）：{our_party}

经双方协商一致，就甲方向乙方采购“{title}”事宜，订立本合同（编号：{number}）。

一、产品、数量、价格以本合同所附明细为准，合同总额为 {total}。
二、合同期限自 {starts_on} 起至 {ends_on} 止。甲方在期限内可分批下单，乙方按订单交付。
三、{terms}
四、本合同未尽事宜由双方协商解决；协商不成的，提交乙方所在地人民法院裁决。
五、本合同一式两份，双方各执一份，自双方签字盖章之日起生效。
"""
_ENGLISH: Final = """\
Buyer: {other_party}
Seller: {our_party}

The parties agree on the purchase of “{title}” by the buyer from the seller (contract {number}).

1. Products, quantities and prices are those of the attached list; the total is {total}.
2. The contract runs from {starts_on} to {ends_on}. The buyer may call deliveries off by orders within this term.
3. {terms}
4. Whatever is not settled here is settled by agreement, else by the courts at the seller's seat.
5. Each party keeps one of two originals. The contract takes effect when both have signed.
"""
CONTRACT_TEXTS: Final = [("zh_CN", "销售合同", _CHINESE), ("en", "Sales contract", _ENGLISH)]
"""Language, name, text."""
