"""The canonical digest of a SavedModel: the same for two that are the same, whatever names and numbers they have.

- `canonical_digest.py`: `read_digest`, from a directory to the digest.
- `meta_graph_digest.py`, `graph_entities.py`, `object_entities.py`: the parts of a meta graph, and how they refer to
  each other; `attributes.py`, `function_label.py`: what is a name in them and what is not.
- `served_graph.py`, `saver_nodes.py`, `restored.py`: what saves is left out, and what restores is taken by the content
  of the tensors. `attribute_values.py`: the attributes of what is served, and `graph_parts.py`: a
  digest of each function, signature and object, for those who compare two graphs.
- `entities.py`, `colours.py`: a digest of a graph that knows no names.
"""

from lexport.savedmodel.digest.canonical_digest import CanonicalDigest, read_digest
from lexport.savedmodel.digest.digest_version import DIGEST_VERSION

__all__ = ["DIGEST_VERSION", "CanonicalDigest", "read_digest"]
