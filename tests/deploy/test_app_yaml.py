"""app.yaml is what App Engine takes: held against its published schema, in the discovery document appengine.v1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import googleapiclient
import pytest
import yaml

from deploy.plan import MEMORY
from local.launch import PROJECT
from server.operations import AT_ONCE
from tests.deploy.image import uploaded

MIB_OF_CLASS = {"B1": 384, "B2": 768, "B4": 1536, "B4_1G": 3072, "B8": 3072}
"""https://cloud.google.com/appengine/docs/standard#instance_classes."""
LARGEST_RETRAIN_MIB = 420
SHARED_MIB = 184
"""What the imports of a retrain need, once in a process however many run."""


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    file = Path(googleapiclient.__file__).parent / "discovery_cache/documents/appengine.v1.json"
    all_schemas: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["schemas"]
    return all_schemas


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROJECT / "app.yaml").read_text(encoding="utf-8"))
    return content


def as_version(app: dict[str, Any]) -> dict[str, Any]:
    """Return the file as the resource that gcloud makes of it (google-cloud-sdk, appinfo to Admin API)."""
    given = dict(app)
    version: dict[str, Any] = {"entrypoint": {"shell": given.pop("entrypoint")}}
    scaling = dict(given.pop("basic_scaling"))
    minutes = int(scaling.pop("idle_timeout").removesuffix("m"))
    version["basicScaling"] = {
        "idleTimeout": f"{60 * minutes}s",
        "maxInstances": scaling.pop("max_instances"),
    }
    version["handlers"] = [_handler(dict(handler)) for handler in given.pop("handlers")]
    assert scaling == {}
    return version | {_camel(name): value for name, value in given.items()}


def _handler(given: dict[str, Any]) -> dict[str, Any]:
    made = {
        "urlRegex": given.pop("url"),
        "securityLevel": f"SECURE_{given.pop('secure').upper()}",
        "redirectHttpResponseCode": f"REDIRECT_HTTP_RESPONSE_CODE_{given.pop('redirect_http_response_code')}",
        "script": {"scriptPath": given.pop("script")},
    }
    assert given == {}
    return made


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def problems(value: Any, schema: dict[str, Any], schemas: dict[str, Any], where: str) -> list[str]:
    """Return what of a value a schema of the discovery format does not allow."""
    if "$ref" in schema:
        return problems(value, schemas[schema["$ref"]], schemas, where)
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    if not isinstance(value, kinds[schema["type"]]):
        return [f"{where} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value}"]
    if isinstance(value, list):
        return [
            problem
            for element in value
            for problem in problems(element, schema["items"], schemas, where + "[]")
        ]
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        wrong = [f"{where} has no {name}" for name in value if name not in known]
        return wrong + [
            problem
            for name, part in value.items()
            if name in known
            for problem in problems(part, known[name], schemas, f"{where}.{name}")
        ]
    return []


def test_app_engine_takes_the_file(app: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Every field is one of the resource Version, of its type and among its values."""
    assert problems(as_version(app), schemas["Version"], schemas, "app.yaml") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"instance_klass": "B2"}, "app.yaml has no instanceKlass"),
        ({"instance_class": 2}, "app.yaml.instanceClass is no string"),
        (
            {
                "handlers": [
                    {"url": "/", "secure": "ever", "redirect_http_response_code": 301, "script": "auto"}
                ]
            },
            "app.yaml.handlers[].securityLevel is SECURE_EVER",
        ),
    ],
)
def test_the_check_finds_mistakes(
    app: dict[str, Any], schemas: dict[str, Any], change: dict[str, Any], problem: str
) -> None:
    """A field's name, its type, and a value that is none."""
    assert problems(as_version(app | change), schemas["Version"], schemas, "app.yaml") == [problem]


def test_the_instance_class_goes_with_the_scaling(app: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The schema lists B classes for basic scaling, which work after an answer needs."""
    description = schemas["Version"]["properties"]["instanceClass"]["description"]
    allowed = description.partition("BasicScaling: ")[2].partition("Defaults")[0].replace(" ", "").split(",")

    assert app["instance_class"] in allowed
    assert app["basic_scaling"]["max_instances"] == 1


def test_as_many_of_the_largest_retrains_as_may_run_at_once_fit() -> None:
    """With room to spare, on either platform; the class below is too small for one."""
    app = yaml.safe_load((PROJECT / "app.yaml").read_text(encoding="utf-8"))
    needed = SHARED_MIB + AT_ONCE * (LARGEST_RETRAIN_MIB - SHARED_MIB)

    assert MIB_OF_CLASS[app["instance_class"]] > 1.1 * needed
    assert MIB_OF_CLASS["B1"] < LARGEST_RETRAIN_MIB
    assert 1024 * int(MEMORY.removesuffix("Gi")) > 1.1 * needed


def test_all_requests_are_https(app: dict[str, Any]) -> None:
    """Bodies hold customers, and keys come back."""
    assert [(handler["url"], handler["secure"]) for handler in app["handlers"]] == [("/.*", "always")]


def test_no_variable_and_no_secret_stands_in_it() -> None:
    """They come with the deployment, the secret from Secret Manager."""
    text = (PROJECT / "app.yaml").read_text(encoding="utf-8")

    assert "env_variables" not in text
    assert "AUDIENCE_SECRET" not in text


def test_the_procfile_starts_the_same(app: dict[str, Any]) -> None:
    """Cloud Run's build reads it."""
    assert (PROJECT / "Procfile").read_text(encoding="utf-8").strip() == f"web: {app['entrypoint']}"


def test_only_the_service_is_uploaded() -> None:
    """No sandbox, no tests, no documents, no data, no notes of a developer's."""
    files = uploaded()

    tops = {name.partition("/")[0] for name in files}
    assert tops == {"server", "app.yaml", "gunicorn.conf.py", "Procfile", "requirements.txt"}
    assert "server/main.py" in files
    texts = {f"server/core/texts/{language}.json" for language in ("de", "fr", "es")}
    assert texts <= set(files)
    assert all(name.endswith(".py") for name in set(files) - texts if name.startswith("server/"))
