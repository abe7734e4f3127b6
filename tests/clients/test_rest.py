"""A REST client gets the answers of the training, by curl, in the JSON of TensorFlow Serving."""

import base64
import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.clients.conftest import NAME, WORDS, Served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"),
]

ROWS = [{"word": word, "text": "an apple", "year": 1999} for word in (*WORDS, "?")]
BAG = [1, 2, 0, 0, 0]  # `an` is unknown, `apple` the first word; 0 pads


def curl(served: Served, path: str, body: Any = None) -> tuple[int, Any]:
    """Asks with curl, and gives the status and the document."""
    sent = [] if body is None else ["-d", json.dumps(body), "-H", "Content-Type: application/json"]
    url = f"http://127.0.0.1:{served.rest}/v1/models/{path}"
    command = ["curl", "--silent", "--noproxy", "*", "--write-out", "\n%{http_code}", *sent, url]
    document, _, code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("\n")
    return int(code), json.loads(document)


def test_rows_are_answered_in_rows(served: Served) -> None:
    """Each an object of all outputs; ids are lines of the vocabulary."""
    code, document = curl(served, f"{NAME}:predict", {"instances": ROWS})
    assert code == 200
    assert [row["id"] for row in document["predictions"]] == [1, 2, 3, 4, 0]
    assert {row["label"] for row in document["predictions"]} <= {"rot", "grün", "blau"}
    assert document["predictions"][0]["bag"] == BAG


def test_columns_are_answered_in_columns(served: Served) -> None:
    """With the same values."""
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    _, in_columns = curl(served, f"{NAME}/versions/7:predict", {"inputs": columns, "signature_name": "serving_default"})
    _, in_rows = curl(served, f"{NAME}:predict", {"instances": ROWS})
    assert in_columns["outputs"] == {
        name: [row[name] for row in in_rows["predictions"]] for name in in_rows["predictions"][0]
    }


def test_bytes_may_be_sent_in_base64(served: Served) -> None:
    """A term is found whichever way it was written."""
    given = [row | {"word": {"b64": base64.b64encode(row["word"].encode()).decode()}} for row in ROWS]
    assert curl(served, f"{NAME}:predict", {"instances": given}) == curl(served, f"{NAME}:predict", {"instances": ROWS})


def test_the_state_of_the_model_is_told(served: Served) -> None:
    """As health checks ask for it."""
    code, document = curl(served, NAME)
    assert (code, document["model_version_status"][0]["state"]) == (200, "AVAILABLE")
    assert document["model_version_status"][0]["version"] == "7"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "one of 'instances' and 'inputs'"),
        ({"instances": [{"word": "apple"}]}, "expects text, word, year; received word"),
        ({"instances": [ROWS[0] | {"word": 3}]}, "not of expected type: string"),
        ({"instances": ROWS, "signature_name": "other"}, '"other" not found'),
    ],
)
def test_what_cannot_be_answered_says_why(served: Served, body: Any, told: str) -> None:
    """As a document with one error."""
    code, document = curl(served, f"{NAME}:predict", body)
    assert code == 400
    assert told in document["error"]


def test_another_model_is_not_found(served: Served) -> None:
    """And not mistaken for this one."""
    assert curl(served, "other:predict", {"instances": ROWS})[0] == 404
