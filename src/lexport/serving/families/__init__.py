"""The families of signatures: ways to serve one model, each in a file that is named after it.

| family | takes | gives |
|---|---|---|
| `Signature` (`model` in a config) | the model's inputs | the model's outputs |
| `ExamplesSignature` | serialized `tf.Example`s | the model's outputs |
| `PreprocessSignature` | the model's inputs | what its lookups and tokenizers give |
| `ClassifySignature` | the model's inputs | the best labels and their scores |
| `FunctionSignature` | what its function wants | what its function gives |

- `bind.py`: `bind`, from a signature and a model to the `Binding` (`binding.py`) that answers.
- `feature_spec.py`: how a `tf.Example` holds inputs.
- `lookup_outputs.py`: what the lookup layers of a model give.

A new family is a subclass of `Signature` with a function that binds it, in a file of its own, and a line in
`bind.BINDERS`. All families read the same variables, tables and assets, so each is written once.
"""

from lexport.serving.families.classify import ClassifySignature
from lexport.serving.families.examples import ExamplesSignature
from lexport.serving.families.function import FunctionSignature
from lexport.serving.families.preprocess import PreprocessSignature

__all__ = ["ClassifySignature", "ExamplesSignature", "FunctionSignature", "PreprocessSignature"]
