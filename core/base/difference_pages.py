"""What an upgrade has shipped otherwise where somebody had changed it: the page on which administrators decide."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from core.api import Env, Option, Page, _
from core.lifecycle.offers import Offer, offers


def differences(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """The open offers by addon and record, each field with its three values."""
    found = offers(env)
    addons = {loaded.name: loaded.manifest.title for loaded in env.composition.loaded}
    ids: dict[str, set[int]] = {}
    for one in found:
        ids.setdefault(one.info.key, set()).add(one.record.id)
    names = env.labels_of(ids)
    groups = [
        {"title": addons.get(addon, addon), "records": [
            _record(env, list(some), names) for _key, some in groupby(each, key=lambda one: one.record)
        ]}
        for addon, each in groupby(found, key=lambda one: one.addon)
    ]  # fmt: skip
    return {"groups": groups, "tokens": [one.token for one in found]}


def _record(env: Env, some: list[Offer], names: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    one = some[0]
    key = one.info.key, one.record.id
    return {
        "title": names.get(key) or f"#{one.record.id}",
        "url": f"/r/{one.info.key}/{one.record.id}",
        "model": one.info.label,
        "is_shared": one.is_shared,
        "is_binned": one.is_binned,
        "fields": [
            {
                "label": offer.field.label,
                "token": offer.token,
                "ours": offer.words(offer.ours, env.language),
                "before": offer.words(offer.before, env.language),
                "now": offer.words(offer.now, env.language),
            }
            for offer in some
        ],
    }


DIFFERENCES = Page(
    "base.differences", _("Differences of upgrades"), "differences.pt", differences, right=("update", Option)
)
