"""SALE-16: quotes, contracts and orders are annotated with documents by kind, remarks and reminders, also when they run."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from addons.crm_sales.models import Contract, Order, OrderTask, Quote
from addons.crm_sales.tests.conftest import draft, product
from addons.crm_sales.tests.test_quotes import contract_in_force, quote
from core.api import Env, NotFound, StateForbids
from core.files.attaching import attach, replace
from core.files.document_kinds import document_kinds
from core.files.finding import Asked, find
from core.files.keeping import keep
from core.files.reading import attachment, attachments_of, documents, may_add
from core.testing.team import acting
from core.testing.world import World


def found(env: Env, text: str) -> list[str]:
    return [one.name for one in documents(env, find(env, Asked(text), document_kinds(env)).page)]


def test_documents_remarks_and_reminders(
    crew: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = product(crew)
    monkeypatch.setattr("core.files.shelf.root_of", lambda _env: tmp_path)
    with acting(crew, "owner") as env:
        order = draft(env, goods)
        order.confirm()
        offered = quote(env, goods)
        offered.mark_sent()
        made: list[Any] = [
            env.get(Order, order.id),
            env.get(Quote, offered.id),
            contract_in_force(env, goods),
        ]
        drawing = next(one for one in document_kinds(env) if one.is_called("drawing"))
        for record in made:
            info = env.info(record)
            assert may_add(env, info, record.id)
            stored = keep(env, f"bracket {record.number}.txt", io.BytesIO(b"first"))
            (key,) = attach(env, info, record.id, [stored], kind=drawing.id)
            assert replace(env, attachment(env, key), keep(env, "bracket 2.txt", io.BytesIO(b"second")))
            page = attachments_of(env, info, record.id, kind=drawing.id, after=None, limit=20)
            (document,) = documents(env, page)
            assert (document.name, document.number) == ("bracket 2.txt", 2)
            env.write(record, remarks="The customer sends the drawings in January")
            record.remind(subject="Ask for the drawings", on=env.today + timedelta(days=3))
            relation = info.key.rpartition(".")[2]
            (task,) = env.search(OrderTask, env.condition(OrderTask, relation, "eq", str(record.id)))
            assert task.subject == "Ask for the drawings"
        assert {type(one).__name__ for one in made} == {"Order", "Quote", "Contract"}
        assert len(found(env, "drawing")) == len(found(env, "bracket")) == 3
        assert found(env, order.number) == ["bracket 2.txt"]
    with acting(crew, "other") as env:
        assert found(env, "drawing") == found(env, "bracket") == found(env, order.number) == []
        with pytest.raises(NotFound):
            attachments_of(env, env.info(Order), order.id, after=None, limit=20)
    with acting(crew, "owner") as env:
        env.get(Order, order.id).cancel(reason="Withdrawn")
        assert not may_add(env, env.info(Order), order.id)
        with pytest.raises(StateForbids):
            env.write(env.get(Order, order.id), remarks="Too late")
        assert len(found(env, "drawing")) == 3
        assert env.get(Contract, made[2].id).remarks
