"""`why_unasked`: of several graphs only the one that servers take is asked, so only it is edited."""

from typing import Any

from lexport.savedmodel.saved_model_file import serving_graph

__all__ = ["why_unasked"]


def why_unasked(saved_model: Any, meta_graph: Any) -> str:
    """Says why an edit of a graph could not be proven; nothing of the graph that is asked.

    Names of tables and notes are another thing: an exchange of names changes no answer.

    Args:
        saved_model: a `SavedModel` message.
        meta_graph: one of its graphs.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> saved_model = message_class("SavedModel")()
        >>> for tags in (["serve"], ["serve", "gpu"]):
        ...     saved_model.meta_graphs.add().meta_info_def.tags.extend(tags)
        >>> [why_unasked(saved_model, one) for one in saved_model.meta_graphs]
        ['', "servers take another graph than that of the tags 'serve, gpu', so no answer would prove an edit of it"]
    """
    if meta_graph is serving_graph(saved_model):
        return ""
    tags = ", ".join(meta_graph.meta_info_def.tags)
    return f"servers take another graph than that of the tags {tags!r}, so no answer would prove an edit of it"
