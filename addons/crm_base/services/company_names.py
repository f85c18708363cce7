"""When two company names mean the same company: legal forms, places and trades around the name do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

_FORMS: Final = (
    "股份有限责任公司", "有限责任公司", "股份有限公司", "控股有限公司", "集团有限公司", "有限公司", "总公司", "分公司",
    "公司", "集团", "股份", "控股", "事务所", "经营部", "门市部", "商行", "incorporated", "corporation", "company",
    "limited", "holding", "holdings", "group", "gmbh", "corp", "inc", "llc", "llp", "plc", "ltd", "pte", "co",
    "ag", "sa",
)  # fmt: skip
_PLACES: Final = (
    "北京", "上海", "天津", "重庆", "广东", "江苏", "浙江", "山东", "河南", "河北", "四川", "湖北", "湖南",
    "安徽", "福建",
    "江西", "陕西", "山西", "辽宁", "吉林", "黑龙江", "云南", "贵州", "广西", "甘肃", "内蒙古", "新疆", "宁夏",
    "青海", "西藏",
    "海南", "香港", "澳门", "台湾", "中国", "广州", "深圳", "东莞", "佛山", "珠海", "南京", "苏州", "无锡",
    "常州", "杭州", "宁波",
    "温州", "绍兴", "嘉兴", "济南", "青岛", "烟台", "武汉", "长沙", "成都", "西安", "郑州", "合肥", "福州",
    "厦门", "泉州", "沈阳",
    "大连", "哈尔滨", "长春", "昆明", "南昌", "石家庄", "太原",
)  # fmt: skip
_TRADES: Final = (
    "信息技术", "网络科技", "电子商务", "科技", "技术", "信息", "网络", "软件", "电子", "电气", "电器", "贸易",
    "商贸", "科贸",
    "实业", "投资", "发展", "工程", "建筑", "机械", "设备", "食品", "餐饮", "医疗", "医药", "药业", "化工",
    "服饰", "服装", "纺织",
    "物流", "运输", "咨询", "管理", "文化", "传媒", "教育", "智能", "能源", "材料", "制造", "工业", "国际",
    "technology",
    "technologies", "trading", "trade", "industries", "industrial", "international", "systems", "solutions", "software",
    "electronics", "logistics", "consulting", "services", "china",
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
ALIKE: Final = 0.6


@lru_cache(maxsize=4096)
def core_of(name: str) -> str:
    """The name without legal form, spaces, width, case and punctuation: `Acme Co., Ltd.` gives `acme`."""
    return "".join(core_words(name))


def core_words(name: str) -> list[str]:
    """The same, word by word."""
    words = _words(name)
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    if words and not words[-1].isascii():
        words[-1] = _without_ends(words[-1], _FORMS)
    return words


@lru_cache(maxsize=4096)
def brand_of(name: str) -> str:
    """What is left when place and trade are gone too: the part people say."""
    words = _words(name)
    while len(words) > 1 and words[-1] in (*_FORMS, *_TRADES):
        words.pop()
    brand = "".join(words)
    if brand.isascii():
        return brand
    for place in _PLACES:
        if brand.startswith(place) and len(brand) - len(place) >= 2:
            brand = re.sub("^[省市]", "", brand.removeprefix(place))
            break
    return _without_ends(_without_ends(brand, _FORMS), _TRADES)


def is_same(one: str, other: str) -> bool:
    """Whether the names differ in legal form and spelling only."""
    return core_of(one) == core_of(other) != ""


def is_similar(one: str, other: str) -> bool:
    """Whether they share the part people say, or most of the name and the beginning of that part."""
    first, second = core_of(one), core_of(other)
    brands = brand_of(one), brand_of(other)
    if not all((first, second, *brands)):
        return False
    shorter, longer = sorted((first, second), key=len)
    least = 4 if shorter.isascii() else 2
    if len(shorter) >= least and shorter in longer and brands[0] == brands[1]:
        return True
    return brands[0][0] == brands[1][0] and _likeness(first, second) >= ALIKE


def _words(name: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", name).casefold())


def _without_ends(text: str, ends: tuple[str, ...]) -> str:
    """The text without these endings, as long as two characters are left."""
    found = True
    while found:
        found = False
        for end in ends:
            if text.endswith(end) and len(text) - len(end) >= 2:
                text, found = text.removesuffix(end), True
                break
    return text


def _likeness(one: str, other: str) -> float:
    """Shared pairs of neighbouring characters, from 0 to 1 (Dice)."""
    pairs, others = set(pairwise(one)), set(pairwise(other))
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0
