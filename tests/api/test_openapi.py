import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from core.levels import LevelTrust
from core.plans import SkipReason
from tests.api.parts import Api

type Json = dict[str, Any]

PUBLIC = {
    "GET /health",
    "GET /ready",
    "GET /session/ways",
    "POST /session",
    "POST /session/link",
}


@pytest.fixture
async def document(api: Api) -> Json:
    found: Json = (await api.client.get("/openapi.json")).json()
    return found


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


def schema_of(document: Json, content: Json) -> Json:
    """The schema as one that stands alone, with the document's components inside."""
    return {**content["schema"], "components": document["components"]}


def examples_of(document: Json, content: Json) -> list[Json]:
    if "example" in content:
        return [content["example"]]
    name = content["schema"]["$ref"].rpartition("/")[2]
    found: list[Json] = document["components"]["schemas"][name]["examples"]
    return found


async def test_every_operation_is_described(document: Json) -> None:
    seen = set()
    for name, operation in operations(document):
        assert operation["summary"], name
        assert len(operation["description"]) > 20, name
        assert operation["tags"], name
        assert operation["operationId"] not in seen, name
        seen.add(operation["operationId"])
        security: list[Json] | None = None if name in PUBLIC else [{"token": []}, {"session": []}]
        assert operation.get("security") == security, name
    assert {tag["name"] for tag in document["tags"]} == {
        tag for _, operation in operations(document) for tag in operation["tags"]
    }
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    scheme = document["components"]["securitySchemes"]["session"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "cookie", "brimful")
    assert document["info"]["title"] == "Brimful"
    assert "Roles" in document["info"]["description"]


async def test_every_success_and_every_body_has_examples_that_are_valid(document: Json) -> None:
    for name, operation in operations(document):
        contents = [
            content
            for status, response in operation["responses"].items()
            if status.startswith("2")
            # nothing to say is an answer, too
            for content in response.get("content", {}).values()
        ]
        assert contents, name
        if "requestBody" in operation:
            contents += operation["requestBody"]["content"].values()
        for content in contents:
            validator = Draft202012Validator(
                schema_of(document, content), format_checker=FormatChecker()
            )
            found = examples_of(document, content)
            assert found, name
            for example in found:
                validator.validate(example)


async def test_every_error_is_documented_as_a_problem(document: Json) -> None:
    for name, operation in operations(document):
        responses = operation["responses"]
        needed = {"500"}
        if "security" in operation:
            needed |= {"401", "403", "503"}
        if "{" in name:
            needed |= {"404", "422"}
        if "parameters" in operation:
            needed.add("422")
        if "requestBody" in operation:
            needed |= {"413", "422"}
        failures = {status for status in responses if not status.startswith(("2", "3"))}
        assert needed <= failures, name
        for status in failures:
            assert responses[status]["description"], name
            assert list(responses[status]["content"]) == ["application/problem+json"], name
            content = responses[status]["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert content["example"]["status"] == int(status)
            Draft202012Validator(schema_of(document, content)).validate(content["example"])


async def test_every_reference_leads_somewhere(document: Json) -> None:
    names = re.findall(r"'\$ref': '#/components/schemas/([^']+)'", str(document))
    assert len(names) > 20
    assert set(names) <= document["components"]["schemas"].keys()


async def test_answers_are_as_documented(api: Api, document: Json) -> None:
    for path in ("/bins", "/bins.geojson", "/sensors", "/plans", "/plans/today", "/emptyings"):
        response = await api.get(path)
        documented = document["paths"][path]["get"]["responses"]["200"]["content"]
        media_type = response.headers["content-type"]
        assert list(documented) == [media_type]
        Draft202012Validator(schema_of(document, documented[media_type])).validate(response.json())


def addresses(response: httpx.Response) -> list[str]:
    return re.findall(r"""(?:src|href|url)\s*[=:(]\s*["']?([^"'\s)>]+)""", response.text)


@pytest.mark.parametrize("page", ["/", "/docs"])
async def test_a_page_loads_nothing_from_another_host(api: Api, page: str) -> None:
    response = await api.client.get(page)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "//" not in response.text
    named = addresses(response)
    assert named
    for address in named:
        if address.startswith("data:"):
            continue
        found = await api.client.get(f"/{address}")
        assert found.status_code in {200, 503}, address
        if found.headers["content-type"].startswith(("text/css", "text/javascript")):
            # what is on the page may name other hosts (namespaces, links), never load from them
            assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", found.text), address


async def test_the_start_of_the_docs_names_files_of_this_host_only(api: Api) -> None:
    script = (await api.client.get("/docs/start.js")).text
    assert '"openapi.json"' in script
    assert "validatorUrl: null" in script
    assert "//" not in script.replace("// Shows", "")


async def test_every_answer_has_the_headers_that_keep_browsers_careful(api: Api) -> None:
    for path in ("/", "/docs", "/health", "/bins", "/nowhere"):
        headers = (await api.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


async def test_a_request_id_of_a_proxy_is_kept_and_a_strange_one_is_not(api: Api) -> None:
    kept = await api.client.get("/health", headers={"X-Request-ID": "edge-1.7"})
    assert kept.headers["x-request-id"] == "edge-1.7"
    for strange in ("a b", "x" * 65, "<script>", ""):
        own = await api.client.get("/health", headers={"X-Request-ID": strange})
        assert re.fullmatch(r"[0-9a-f]{32}", own.headers["x-request-id"])


async def test_the_page_for_integrators_knows_every_endpoint_and_status(document: Json) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    for name, operation in operations(document):
        if operation["tags"] != ["health"]:
            assert f"| `{name}` |" in page
        for status in operation["responses"]:
            assert status.startswith(("2", "3")) or f"| {status} |" in page
    for reason in SkipReason:
        assert f"`{reason}`" in page
    for trust in LevelTrust:
        assert f"- `{trust}`: " in page
