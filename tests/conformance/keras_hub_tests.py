"""Runs keras-hub's own tests of its tokenizers against adopted ones.

    python -m tests.conformance.keras_hub_tests CHECKOUT

CHECKOUT is a clone of keras-hub, as of the version that is installed: its wheel ships neither its tests nor their data,
so `make test` cannot run them. Every tokenizer is adopted as soon as it has a vocabulary. Tests that download presets
are left out.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import keras_hub
import pytest
from keras_hub.src.tests.test_case import TestCase

import lexport

TOKENIZERS = ("albert", "bert", "deberta_v3", "distil_bert", "electra", "f_net", "gemma", "llama", "mistral")
TOKENIZERS += ("phi3", "t5", "xlm_roberta")
FILES = (
    "tokenizers/word_piece_tokenizer_test.py",
    "tokenizers/sentence_piece_tokenizer_test.py",
    "models/bert/bert_text_classifier_preprocessor_test.py",
    *(f"models/{name}/{name}_tokenizer_test.py" for name in TOKENIZERS),
)


class Adopted:
    """Tells pytest how many tokenizers were adopted, so that a run of stock ones does not pass for one of ours."""

    def __init__(self, data: Path) -> None:
        self.count = 0
        TestCase.get_test_data_dir = lambda _: str(data)
        self._adopt_after(keras_hub.tokenizers.WordPieceTokenizer, "set_vocabulary")
        self._adopt_after(keras_hub.tokenizers.SentencePieceTokenizer, "set_proto")

    def _adopt_after(self, tokenizer: Any, name: str) -> None:
        stock = getattr(tokenizer, name)

        def adopting(layer: Any, content: Any) -> None:
            stock(layer, content)
            if content is not None:
                self.count += len(lexport.adopt(layer).layers)

        setattr(tokenizer, name, adopting)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Says what was run."""
        terminalreporter.write_line(f"keras-hub {keras_hub.__version__}: {self.count} tokenizers adopted")


def run(checkout: Path) -> int:
    """Copies the tests out of the checkout, whose package would otherwise be imported, and runs them."""
    sources = checkout / "keras_hub" / "src"
    with tempfile.TemporaryDirectory() as folder:
        for file in FILES:
            shutil.copy(sources / file, folder)
        options = ["-q", "-p", "no:cacheprovider", "--rootdir", folder, "-k", "not preset", "--disable-warnings"]
        return int(pytest.main([*options, folder], plugins=[Adopted(sources / "tests" / "test_data")]))


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
