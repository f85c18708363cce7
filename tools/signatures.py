"""How the reference says what a function, class or table is: signatures, docstrings and defaults from the code."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def callable_entry(function: Callable[..., Any]) -> str:
    return f"### {function.__name__}\n\n```python\n{signature(function)}\n```\n\n{documentation(function)}"


def class_entry(cls: type) -> str:
    rows = [(f"`{name}`", str(default), text) for name, default, text in attributes(cls)]
    listed = f"\n\n{table(('attribute', 'default', 'type'), rows)}" if rows else ""
    return f"### {cls.__name__}\n\n{documentation(cls)}{listed}"


def signature(function: Callable[..., Any]) -> str:
    """As it is written: one line where it fits, else a line for each argument."""
    known = inspect.signature(function)
    arguments: list[str] = []
    has_star = False
    for parameter in known.parameters.values():
        if parameter.name == "self":
            continue
        has_star = has_star or parameter.kind is parameter.VAR_POSITIONAL
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            arguments.append("*")
            has_star = True
        arguments.append(_argument(parameter))
    result = f" -> {annotation_text(known.return_annotation)}"
    line = f"{function.__name__}({', '.join(arguments)}){result}"
    if len(line) <= 100:
        return line
    return "\n".join([f"{function.__name__}(", *(f"    {argument}," for argument in arguments), f"){result}"])


def _argument(parameter: inspect.Parameter) -> str:
    kinds: dict[Any, str] = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    stars = kinds.get(parameter.kind, "")
    text = f"{stars}{parameter.name}"
    if parameter.annotation is not parameter.empty:
        text += f": {annotation_text(parameter.annotation)}"
    if parameter.default is not parameter.empty:
        text += f" = {_default(parameter.default)}"
    return text


def _default(value: Any) -> str:
    """A function by its name: where it lies in memory is another place each time."""
    return value.__name__ if inspect.isfunction(value) else repr(value)


def annotation_text(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def attributes(cls: type) -> Iterator[tuple[str, str, str]]:
    """Annotated attributes of a class with their defaults."""
    for name, annotation in vars(cls).get("__annotations__", {}).items():
        if not name.startswith("_") and name != "location":
            default = vars(cls).get(name)
            plain = default if isinstance(default, (str, int, bool, tuple, type(None))) else "…"
            yield (
                name,
                repr(plain) if name in vars(cls) and not inspect.ismemberdescriptor(default) else "",
                (f"`{str(annotation).replace('|', chr(92) + '|')}`"),
            )


def dataclass_rows(cls: type, *, quoted: bool = True) -> Iterator[tuple[str, str, str]]:
    """Fields of a dataclass as the source says them: name, default, the docstring below it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    body = tree.body
    for node, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        text = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = " ".join(str(following.value.value).split())
        value = node.value
        default = ""
        if isinstance(value, ast.Constant) and value.value is not None:
            plain = ast.literal_eval(value)
            default = f"`{plain}`" if plain != "" else ""
        elif value is not None and not isinstance(value, ast.Call | ast.Constant):
            default = f"`{ast.unparse(value)}`"
        name = node.target.id
        yield f"`{name}`" if quoted else name, default, text


def options_of(function: Callable[..., Any]) -> list[str]:
    """The names that a function takes out of its `options`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "pop"
        and isinstance(call.args[0], ast.Constant)
    ]


def described(
    names: Iterable[str], texts: dict[str, str], what: str, *, code: bool = False
) -> Iterator[tuple[str, str]]:
    """Each name with its meaning; raises where one of the two is missing."""
    known = set(names)
    if known ^ texts.keys():
        raise LookupError(
            f"{what} without a description, or the other way round: {sorted(known ^ texts.keys())}"
        )
    for name in sorted(known):
        yield f"`{name}`", f"`{texts[name]}`" if code else texts[name]


def public(module: Any) -> list[Callable[..., Any]]:
    """The functions of a module in its order."""
    found = [value for value in vars(module).values() if inspect.isfunction(value)]
    return [
        value for value in found if value.__module__ == module.__name__ and not value.__name__.startswith("_")
    ]


def documentation(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "").replace("\\_", "_")


def first_line(thing: Any) -> str:
    return documentation(thing).splitlines()[0]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), ["---"] * len(list(head)), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def titled(title: str, *parts: str) -> str:
    note = "<!-- made by `python -m tools.documents update`; do not edit -->"
    return "\n\n".join([f"# {title}", note, *(part.strip() for part in parts)]) + "\n"
