"""The extractor finds exactly what Chameleon asks for, and the check names what a reader would miss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from chameleon import PageTemplate

from core.i18n_catalogues import by_key, catalogue_path, compile_catalogues, problems, update
from core.i18n_extract import sentences

TEMPLATE = """\
<div xmlns="http://www.w3.org/1999/xhtml" xmlns:tal="http://xml.zope.org/namespaces/tal"
     xmlns:i18n="http://xml.zope.org/namespaces/i18n"
     x-data="{ open: false }" @click="open = !open" :class="a">
  <h1 i18n:translate="">Sales
     leads &amp; more</h1>
  <p i18n:translate="">Hello <b i18n:name="who">${user}</b>, <em>welcome</em><br/>back</p>
  <p i18n:translate="">Asked by <span i18n:name="asker" i18n:translate="">nobody</span></p>
  <input placeholder="Search here" title="Find" i18n:attributes="placeholder; title find_title" />
  <a href="#" title="${_('Open it')}">${_("Next page")} ${_n('one lead', 'many leads', 2)}</a>
  <td tal:content="_('In the cell')">x</td>
  <td tal:attributes="title _('As title'); class 'b'">y</td>
  <td tal:condition="a == _(u'Quoted &quot;twice&quot;')">z</td>
  <tal:block condition="_('In a block')" content="_('As content')">w</tal:block>
  <i18n:block translate="">Bare text</i18n:block>
  <button type="button" i18n:translate="" tal:condition="True">Save</button>
</div>
"""


def package(folder: Path, template: str, code: str = "") -> Path:
    root = folder / "shop"
    (root / "templates").mkdir(parents=True)
    (root / "templates" / "page.pt").write_text(template)
    (root / "models.py").write_text(code)
    return root


def texts(root: Path) -> set[Any]:
    return {message.id for message in sentences(root) if message.id}


def test_every_message_that_chameleon_asks_for_is_extracted(tmp_path: Path) -> None:
    asked: set[str] = set()

    def translate(msgid: str, default: str | None = None, **_context: object) -> str:
        asked.add(str(msgid))
        return default or msgid

    def mark(text: str) -> str:
        asked.add(text)
        return text

    def mark_plural(one: str, _many: str, _count: int) -> str:
        asked.add(one)
        return one

    PageTemplate(TEMPLATE, restricted_namespace=False)(
        user="Ann", a=True, _=mark, _n=mark_plural, translate=translate
    )
    found = texts(package(tmp_path, TEMPLATE))
    assert {text if isinstance(text, str) else text[0] for text in found} == asked
    assert "Sales leads &amp; more" in asked
    assert "Hello ${who}, <em>welcome</em><br/>back" in asked


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('<p i18n:translate="">Hello ${user}</p>', "page.pt: line 1: .*i18n:name"),
        ('<a\n title="Hello ${user}" i18n:attributes="title">x</a>', "line 1: .*translated attribute"),
    ],
)
def test_text_that_no_catalogue_can_hold_is_refused(tmp_path: Path, template: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sentences(package(tmp_path, template))


def test_python_calls_with_plural_and_context(tmp_path: Path) -> None:
    code = '_("Leads"); _n("{n} lead", "{n} leads", 3); _p("verb", "Order"); _("two " "parts"); other("no")'
    assert texts(package(tmp_path, "", code)) == {"Leads", ("{n} lead", "{n} leads"), "Order", "two parts"}


PO = """
msgid "Leads"
msgstr "线索"

msgid "Gone"
msgstr "没了"

msgid "Empty"
msgstr ""

#, fuzzy
msgid "Fuzzy"
msgstr "模糊"

msgid "Hello {name}"
msgstr "你好 {nmae}"
"""


def test_each_kind_of_gap_is_named_with_its_file(tmp_path: Path) -> None:
    root = package(
        tmp_path, "", '_("Leads"); _("Empty"); _("Fuzzy"); _("Missing"); _("Hello {name}"); _("Save")'
    )
    shared = package(tmp_path / "other", "", "")
    for owner, text in ((root, PO), (shared, 'msgid "Save"\nmsgstr "保存"\n')):
        path = catalogue_path(owner, "zh_CN")
        path.parent.mkdir(parents=True)
        path.write_text(text)
    found = list(problems(root, shared=[shared]))
    faults = [problem.removeprefix(f"{catalogue_path(root, 'zh_CN')}: ") for problem in found]
    assert faults == [
        "empty: 'Empty' (shop/models.py:1)",
        "fuzzy: 'Fuzzy' (shop/models.py:1)",
        "missing: 'Missing' (shop/models.py:1)",
        "other placeholders ({name}, {nmae}): 'Hello {name}' (shop/models.py:1)",
        "obsolete: 'Gone'",
    ]


def test_update_keeps_translations_and_is_stable(tmp_path: Path) -> None:
    root = package(tmp_path, '<p i18n:translate="">New</p>', '_("Leads"); _n("{n} lead", "{n} leads", 3)')
    path = catalogue_path(root, "zh_CN")
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    assert update(root) == [path]
    text = path.read_text()
    assert (
        "线索" in text and "Gone" not in text and "POT-Creation-Date" not in text and "models.py" not in text
    )
    assert 'msgid "New"\nmsgstr ""' in text and "nplurals=1" in text
    assert update(root) == []


def test_compiled_catalogue_answers_and_is_written_once(tmp_path: Path) -> None:
    root = package(tmp_path, "", '_("Leads")')
    path = catalogue_path(root, "zh_CN")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Leads"\nmsgstr "线索"\n')
    assert list(problems(root)) == []
    assert compile_catalogues(root) == [path.with_suffix(".mo")]
    with path.with_suffix(".mo").open("rb") as file:
        assert by_key(read_mo(file))[None, "Leads"].string == "线索"
    assert compile_catalogues(root) == []


def test_conditions_that_decide_on_rights_are_sentences(tmp_path: Path) -> None:
    package = tmp_path / "acme"
    (package / "views").mkdir(parents=True)
    rule = 'def {name}({given}) -> Where:\n    """{text}\n\n    And more.\n    """\n'
    source = [
        rule.format(name="mine", given="env: Env", text="Those of one's own."),
        rule.format(name="other", given="env, cls", text="An expression."),
        rule.format(name="_part", given="env, *, binned=False", text="A part of others."),
        'def plain(env) -> int:\n    """Not a condition."""\n',
    ]
    (package / "access.py").write_text("\n".join(source), "utf-8")
    (package / "views" / "deal.py").write_text(
        rule.format(name="preset", given="env", text="A list."), "utf-8"
    )
    assert [message.id for message in sentences(package) if message.id] == ["Those of one's own."]
