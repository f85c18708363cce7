"""Names of people and companies, Chinese and English, from a seeded dice: the same in every run."""

from __future__ import annotations

import random
from typing import Final

PLACES: Final = "北京 上海 广州 深圳 杭州 成都 武汉 西安 南京 重庆 苏州 青岛 长沙 大连 宁波".split()
TRADES: Final = "科技 贸易 制造 电子 食品 医药 物流 建筑 教育 传媒 能源 化工 服装 汽车 农业".split()
WORDS: Final = "华 腾 鑫 盛 瑞 恒 达 信 通 博 远 中 联 创 新 天 龙 金 宏 益 嘉 泰 安 顺 福".split()
ENGLISH: Final = "Blue North Star Prime Delta Orion Summit Vertex Nova Atlas Harbor Cedar".split()
_SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
_ENGLISH_SHARE: Final = 0.15


def company_name(dice: random.Random) -> str:
    """A Chinese name, sometimes an English one."""
    if dice.random() < _ENGLISH_SHARE:
        return f"{dice.choice(ENGLISH)} {dice.choice(ENGLISH)} {dice.randrange(9999)} Ltd"
    return f"{dice.choice(PLACES)}{''.join(dice.sample(WORDS, 3))}{dice.choice(TRADES)}有限公司"


def person_name(dice: random.Random) -> str:
    """A surname and two characters."""
    return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))


def phone_number(dice: random.Random) -> str:
    """A mobile number."""
    return f"13{dice.randrange(10**9):09d}"
