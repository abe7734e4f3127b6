"""Variables and tables that a session loader serves without ever having filled them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import MAIN, Place, resource_key
from lexport.savedmodel.ops import LOOKUP_OPS, TABLE_INITIALIZERS, TABLE_OPS
from lexport.savedmodel.session_runs import Run, SessionRuns

__all__ = ["SessionState", "read_session_state"]

# A lookup in these fails where nothing has filled them; mutable ones answer with their default, which may be meant.
STATIC_TABLES = frozenset({"HashTable", "HashTableV2"})


@dataclass(frozen=True)
class SessionState:
    """What a session loader needs and nothing fills; `tf.saved_model.load`, which rebuilds objects, may fill it.

    Attributes:
        variables: those that the signatures read, and neither the checkpoint nor the initialization assigns.
        tables: those that the signatures look up in, and nothing fills.
        anonymous_tables: those that are made anew, and empty, for each call of a signature.
        counts: how many variables and how many tables the signatures use.
        users: the names of the signatures that call a function, directly or not, by its name.
    """

    variables: tuple[Place, ...]
    tables: tuple[Place, ...]
    anonymous_tables: tuple[Place, ...]
    counts: tuple[int, int]
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_session_state(flow: Dataflow, runs: SessionRuns) -> SessionState:
    """Compares what serving reads with what restoring and initializing fill.

    A resource that restoring or initializing so much as touches counts as filled: this finds what is missing for
    certain, and is no proof that anything is there.

    Args:
        flow: the edges of the graph.
        runs: the steps of a session loader.
    """
    variables = _resources(flow, runs.serving, {"VarHandleOp"})
    tables = _resources(flow, runs.serving, TABLE_OPS)
    filling = [runs.restoring, runs.initializing]
    filled = {_key(flow, place) for run in filling for place in _resources(flow, run, TABLE_OPS | {"VarHandleOp"})}
    filled |= {_key(flow, place) for run in filling for place in _tables_inside(flow, run)}
    filled |= {_key(flow, place) for place in _filled_while_serving(flow, runs.serving)}
    missing = [place for place in (*variables, *tables) if _key(flow, place) not in filled]
    anonymous = [place for place in tables if place.op.startswith("Anonymous")]
    served = {_key(flow, place) for place in _filled_while_serving(flow, runs.serving)}
    inside = (place for place in _looked_up_inside(flow, runs.serving) if _key(flow, place) not in filled)
    return SessionState(
        variables=tuple(place for place in missing if place.op == "VarHandleOp"),
        tables=(*(place for place in missing if place.op in STATIC_TABLES), *inside),
        anonymous_tables=tuple(place for place in anonymous if _key(flow, place) not in served),
        counts=(len(variables), len(tables)),
        users=_users(runs),
    )


def _users(runs: SessionRuns) -> dict[str, tuple[str, ...]]:
    users: dict[str, tuple[str, ...]] = {}
    for signature, run in runs.signatures.items():
        users |= {function: (*users.get(function, ()), signature) for function in run.functions}
    return users


def _resources(flow: Dataflow, run: Run, ops: frozenset[str] | set[str]) -> list[Place]:
    main = flow.bodies[MAIN]
    return sorted(main.place(name) for name in run.nodes if main.nodes[name].op in ops)


def _key(flow: Dataflow, place: Place) -> tuple[bytes, bytes, str]:
    return resource_key(flow.bodies[place.function].nodes[place.node])


def _filled_while_serving(flow: Dataflow, serving: Run) -> Iterator[Place]:
    for name in (MAIN, *sorted(serving.functions)):
        body = flow.bodies[name]
        for node in body.nodes.values() if name != MAIN else (body.nodes[one] for one in serving.nodes):
            if node.op in TABLE_INITIALIZERS or node.op in ("AssignVariableOp", "Assign"):
                inputs = body.inputs(node.name)
                origins = flow.origins(inputs[0]) if inputs else set()
                yield from (origin.place for origin in origins if _is_node(flow, origin.place))


def _is_node(flow: Dataflow, place: Place) -> bool:
    body = flow.bodies.get(place.function)
    return body is not None and place.node in body.nodes


def _tables_inside(flow: Dataflow, run: Run) -> Iterator[Place]:
    """Gives the tables that functions make, and not the main graph."""
    for name in sorted(run.functions):
        body = flow.bodies[name]
        yield from (body.place(node.name) for node in body.nodes.values() if node.op in TABLE_OPS)


def _looked_up_inside(flow: Dataflow, serving: Run) -> list[Place]:
    """Gives the static tables that functions make for themselves and look up in."""
    found = set()
    for name in serving.functions:
        body = flow.bodies[name]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in LOOKUP_OPS else []
            tables = {one.place for one in flow.origins(inputs[0]) if one.kind is OriginKind.TABLE} if inputs else set()
            found |= {one for one in tables if one.op in STATIC_TABLES and one.function in serving.functions}
    return sorted(found)
