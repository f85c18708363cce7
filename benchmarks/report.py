"""The tables of benchmarks/README.md, made from the results and put between its markers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.measure import FLOOR, OURS, PLAIN, Line, amount
from benchmarks.results import Results

README: Final = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def page_table(lines: Sequence[Line]) -> str:
    """Pages called in the process."""
    head = ["page", "Keyuan, ms", "floor, ms", "psycopg2, ms", "× floor", "× psycopg2", "CPU, ms", "of the floor",
            "statements"]  # fmt: skip
    rows = [
        [line.name, _figure(line, OURS), _figure(line, FLOOR), _figure(line, PLAIN), ratio(line, FLOOR),
         ratio(line, PLAIN), _cpu(line, OURS), _cpu(line, FLOOR), _fact(line, "statements")]
        for line in lines
    ]  # fmt: skip
    return table(head, rows)


def ratio(line: Line, other: str) -> str:
    """How many times as long, or a dash."""
    found = line.ratio(other)
    return "–" if found is None else f"{found:.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def write_readme(sections: Sequence[str], path: Path = README) -> None:
    """Put the tables between the markers; the text around them stays."""
    text = path.read_text("utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(sections) + f"\n\n{END}{after}", "utf-8")


def heading(results: Results) -> str:
    """What the tables below are about."""
    about = ", ".join(f"{name} {value}" for name, value in results.about.items() if value)
    return f"{results.recipe.rows:,} leads; {about}."


def _figure(line: Line, side: str) -> str:
    return str(line.sides[side]) if side in line.sides else "–"


def _cpu(line: Line, side: str) -> str:
    return amount(line.cpu[side].median) if side in line.cpu else "–"


def _fact(line: Line, name: str) -> str:
    return f"{line.facts[name]:,.0f}" if name in line.facts else "–"
