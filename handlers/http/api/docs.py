"""The documentation page: made from the OpenAPI description, without scripts, so that it works anywhere and offline."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STYLE: Final = Path(__file__).with_name("docs.css").read_text(encoding="utf-8")
_CODE: Final = re.compile("`([^`]+)`")
Schema = Mapping[str, Any]


def docs_routes(describe: Callable[[], dict[str, Any]], *, prefix: str) -> APIRouter:
    """Return the routes of the page; `describe` returns the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        """Show the page."""
        page = build_docs(describe(), prefix=prefix)
        return HTMLResponse(page, headers={"content-security-policy": _POLICY})

    @router.get("/docs.css")
    async def style() -> PlainTextResponse:
        """Give the page its looks."""
        return PlainTextResponse(_STYLE, media_type="text/css")

    return router


def build_docs(description: Schema, *, prefix: str) -> str:
    """Build the page."""
    about, schemas = description["info"], description["components"]["schemas"]
    operations = "".join(
        _operation(prefix + path, method, operation, schemas)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    shapes = "".join(_shape(name, schema) for name, schema in sorted(schemas.items()))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(about["title"])}</title><link rel="stylesheet" href="docs.css"></head><body><main>'
        f"<h1>{escape(about['title'])}</h1>{_paragraphs(about['description'])}"
        f'<p><a href="openapi.json">openapi.json</a> describes the same for programs.</p>'
        f"<h2>Requests</h2>{operations}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(path: str, method: str, operation: Schema, schemas: Schema) -> str:
    heading = (
        f'<span class="method {escape(method)}">{escape(method.upper())}</span> <code>{escape(path)}</code>'
    )
    parts = (
        _paragraphs(operation.get("description", "")),
        _parameters(operation.get("parameters", [])),
        _body(operation.get("requestBody"), schemas),
        _answers(operation["responses"]),
    )
    return f"<section><h3>{heading}</h3>{''.join(parts)}</section>"


def _parameters(parameters: list[Schema]) -> str:
    rows = [
        (each["name"], each["in"], each["schema"], each.get("required", False), each.get("description", ""))
        for each in parameters
    ]
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_kind(schema)}</td>"
        f"<td>{escape(place)}{', needed' if needed else ''}</td><td>{_inline(about)}</td></tr>"
        for name, place, schema, needed, about in rows
    )
    return (
        f"<table><tr><th>Parameter</th><th>Kind</th><th>Where</th><th></th></tr>{lines}</table>"
        if lines
        else ""
    )


def _body(body: Schema | None, schemas: Schema) -> str:
    if body is None:
        return ""
    name = _named(body["content"]["application/json"]["schema"])
    examples = schemas.get(name, {}).get("examples", [])
    shown = "".join(
        f"<pre>{escape(json.dumps(each, indent=2, ensure_ascii=False))}</pre>" for each in examples
    )
    return f"<p>Body: {_link(name)}</p>{shown}"


def _answers(responses: Schema) -> str:
    lines = "".join(_answer(status, answer) for status, answer in responses.items())
    return f"<details><summary>Answers</summary><table>{lines}</table></details>"


def _answer(status: str, answer: Schema) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return (
        f"<tr><td>{escape(status)}</td><td>{_kind(schema)}</td><td>{_inline(answer['description'])}</td></tr>"
    )


def _shape(name: str, schema: Schema) -> str:
    needed = schema.get("required", ())
    lines = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_kind(kind)}</td>"
        f"<td>{'needed' if field in needed else ''}</td><td>{_inline(kind.get('description', ''))}</td></tr>"
        for field, kind in schema.get("properties", {}).items()
    )
    about = _paragraphs(schema.get("description", ""))
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3>{about}<table>{lines}</table></section>'


def _kind(schema: Schema) -> str:
    """Return what a value looks like, in few words."""
    if "$ref" in schema:
        return _link(_named(schema))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return ", ".join(
        [escape(str(schema.get("format") or schema.get("type") or "anything")), *_bounds(schema)]
    )


def _bounds(schema: Schema) -> Iterator[str]:
    if "enum" in schema:
        yield " | ".join(escape(str(value)) for value in schema["enum"])
    if "pattern" in schema:
        yield f"<code>{escape(schema['pattern'])}</code>"
    words = {
        "maxLength": "at most {:,} characters",
        "minimum": "from {:g}",
        "maximum": "to {:g}",
        "maxItems": "at most {:,}",
    }
    yield from (said.format(schema[name]) for name, said in words.items() if name in schema)


def _named(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _link(name: str) -> str:
    return f'<a href="#{escape(name)}">{escape(name)}</a>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n") if part)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
