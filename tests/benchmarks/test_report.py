"""What the benchmark makes of its figures; nothing here is timed."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from benchmarks.client import form_values
from benchmarks.data import Recipe
from benchmarks.measure import FLOOR, OURS, PLAIN, Figure, Line, Side, amount, percentile, side_by_side
from benchmarks.plain import order_by
from benchmarks.plot import write_plot
from benchmarks.report import BEGIN, END, sections, write_readme
from benchmarks.results import Results, all_results, results_of
from benchmarks.targets import checks, slowness


def line(
    key: str, ours: float, floor: float | None = None, plain: float | None = None, **facts: float
) -> Line:
    given = {OURS: ours, FLOOR: floor, PLAIN: plain}
    sides = {side: Figure.of([value]) for side, value in given.items() if value is not None}
    return Line(key, key, sides, {OURS: Figure.of([ours / 2])}, facts)


def results(rows: int = 10_000, ours: float = 6.0) -> Results:
    found = Results(Recipe(rows))
    found.put("web", [line("list", ours, floor=3.3), line("form", 30.0, floor=3.3), line("own", 12.0, floor=6.6),
                      line("list by state", 5.5, floor=3.3), line("list by -state", 9.0, floor=3.3)])  # fmt: skip
    found.put("pages", [line("list", 5.0, floor=3.0, statements=3.0), line("form", 5.0, statements=7.0)])
    found.put("records", [line("create 1000", 400.0, plain=100.0, rate=2500.0, statements=9.0)])
    return found


def test_sides_take_turns_after_a_warm_up() -> None:
    order: list[str] = []
    sides = {
        "a": Side(lambda: order.append("a"), before=lambda: order.append("-")),
        "b": Side(lambda: order.append("b")),
    }
    found = side_by_side("k", "name", sides, runs=2, warm=1)
    assert "".join(order) == "-ab-ab-ab"
    assert found.sides["a"].runs == found.cpu["b"].runs == 2


def test_figures() -> None:
    figure = Figure.of([3.0, 1.0, 2.0])
    assert (figure.median, figure.least, figure.most, figure.runs) == (2.0, 1.0, 3.0, 3)
    assert percentile([float(n) for n in range(100)], 0.99) == 99
    assert [amount(value) for value in (0.824, 12.34, 1234.0, 8.0)] == ["0.82", "12.3", "1,234", "8"]
    assert line("x", 6.0, floor=3.0).ratio(FLOOR) == 2.0
    assert line("x", 6.0).ratio(FLOOR) is None


def test_targets_are_computed() -> None:
    found = {(check.number, check.work): check for check in checks(results())}
    assert found[1, "list page through HTTP"].is_met
    assert found[1, "the same, times the floor"].is_met
    assert found[1, "statements of the list page"].is_met
    assert not found[7, "a lead with its timeline"].is_met
    assert found[7, "a lead with its timeline"].factor == 3.0
    assert not found[2, "list by the slowest column (list by -state), times the plain list"].is_met
    own = found[11, "list of own rows only, times the administrator's"]
    assert own.value == 1.0 and own.is_met, "measured while the floor took twice as long"
    assert found[9, "create 1,000 in one call"].is_met, "at least, not at most"
    assert "**missed** by 3.0 ×" in found[7, "a lead with its timeline"].row(None)


def test_a_slow_machine_is_told_by_the_floor() -> None:
    slow = results()
    slow.put("web", [line("list", 60.0, floor=6.6)])
    assert slowness(slow) == 2.0
    check = next(one for one in checks(slow) if one.work == "list page through HTTP")
    assert not check.is_met
    assert check.row(2.0)[-1] == "30", "what it would take on a quiet machine"


def test_results_are_kept_and_replaced_line_by_line(tmp_path: Path) -> None:
    first = results()
    first.save(tmp_path)
    again = results_of(Recipe(10_000), tmp_path)
    again.put("web", [line("list", 9.0)])
    again.save(tmp_path)
    (kept,) = all_results(tmp_path)
    assert [one.key for one in kept.parts["web"]][:2] == ["list", "form"]
    changed = kept.line("web", "list")
    assert changed is not None and changed.sides[OURS].median == 9.0


def test_readme_keeps_what_stands_around_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"ours\n{BEGIN}\nold\n{END}\nends\n", "utf-8")
    write_readme(sections([results()], results()), path)
    text = path.read_text("utf-8")
    assert text.startswith("ours\n") and text.endswith(f"{END}\nends\n")
    assert "old" not in text and "| 1 | list page through HTTP | 6 ms | ≤ 6.5 ms | met |" in text


def test_the_plot_is_a_picture_with_a_line_for_each_work(tmp_path: Path) -> None:
    path = tmp_path / "growth.svg"
    found = [results(10_000, 6.0), results(1_000_000, 60.0)]
    write_plot(path, found, {("web", "list"): "list & page", ("web", "nothing"): "missing"})
    root = ElementTree.fromstring(path.read_text("utf-8"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "60 list & page" in texts and "1,000,000 leads" in texts


def test_a_form_is_sent_as_a_browser_would() -> None:
    page = """<form><input name="q" value="other"></form><form id="record-form">
      <input type="hidden" name="version" value="3"><input type="checkbox" name="off" value="1">
      <input type="checkbox" name="on" value="1" checked><button name="save" value="1"></button>
      <select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
      <textarea name="remarks">
two &amp; three</textarea></form>"""
    wanted = [("version", "3"), ("on", "1"), ("kind", "b"), ("remarks", "two & three")]
    assert form_values(page.encode()) == wanted


def test_an_order_is_that_of_an_index() -> None:
    assert order_by("-expected_revenue") == "expected_revenue desc nulls last, id desc"
    assert order_by("title") == "title__sort asc nulls first, id asc"
    assert order_by("-id") == "id desc"
