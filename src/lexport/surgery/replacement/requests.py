"""What is asked of a SavedModel whose vocabulary is replaced: of old, of new, and what must not have changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lexport.errors import SignatureError
from lexport.savedmodel import Inventory, Signature
from lexport.surgery.probed_vocabularies import probed_vocabularies
from lexport.surgery.replacement.edits import Replacement
from lexport.surgery.replacement.exchanged_answers import ExchangedTerms
from lexport.surgery.replacement.serialized_terms import SerializedTerms
from lexport.surgery.replacement.untouched_terms import changed_words, is_untouched, sampled_lines
from lexport.verify import InputSpec, ProbeVocabulary, Request, probe_requests
from lexport.verify.batching import Batching, Row
from lexport.verify.probes import filled, neutral_row
from lexport.verify.tensors import NUMERIC, STRING

__all__ = ["ReplacementRequests", "input_specs", "replacement_requests"]

EXAMPLES = "examples"
SPECIAL = {"string": ("", "[UNK]"), "int64": ()}
NEW, KEPT = "new", "kept"


@dataclass(frozen=True)
class ReplacementRequests:
    """What is asked.

    Attributes:
        old: the requests that travelled with the original, and those that a server warms up with.
        new: those that are made from the new vocabularies.
        kept: those that are made of terms and ids that mean the same before and after.
        kept_terms: of how many terms and ids these are.
        exchanged: new terms, and the old ones whose ids they have.
    """

    old: tuple[Request, ...]
    new: tuple[Request, ...]
    kept: tuple[Request, ...]
    kept_terms: int
    exchanged: tuple[ExchangedTerms, ...] = ()

    @property
    def all(self) -> tuple[Request, ...]:
        """All of them, each name of a signature once."""
        made = [*self.new, *self.kept, *(request for one in self.exchanged for request in (one.old, one.new))]
        known = {(one.signature, one.name) for one in made}
        return (*(one for one in self.old if (one.signature, one.name) not in known), *made)


def input_specs(signature: Signature) -> dict[str, InputSpec] | None:
    """Gives what the inputs of a signature take; None where one is sparse, ragged or of any rank."""
    specs = {}
    for name, spec in signature.inputs.items():
        if spec.shape is None or spec.dtype not in (*NUMERIC, STRING):
            return None
        specs[name] = InputSpec(spec.dtype, spec.shape)
    return specs


def replacement_requests(
    inventory: Inventory, old: Sequence[Request], replacements: Sequence[Replacement], seed: int
) -> ReplacementRequests:
    """Makes the requests for all signatures.

    Args:
        inventory: the SavedModel.
        old: the requests that are known already.
        replacements: the vocabularies and what replaces them.
        seed: of the random rows.
    """
    others = probed_vocabularies(inventory, {one.target.asset for one in replacements})
    new: list[Request] = []
    kept: list[tuple[Request, int]] = []
    exchanged: list[ExchangedTerms] = []
    for name, signature in inventory.signatures.items():
        specs = input_specs(signature)
        if specs:
            new += _new_requests(name, specs, old, replacements, others, seed)
            kept += _kept_requests(name, specs, old, replacements)
            exchanged += _exchanged(name, specs, old, replacements)
    requests = tuple(one for one, _ in kept)
    return ReplacementRequests(tuple(old), tuple(new), requests, sum(count for _, count in kept), tuple(exchanged))


def _new_requests(
    signature: str,
    specs: Mapping[str, InputSpec],
    old: Sequence[Request],
    replacements: Sequence[Replacement],
    others: Sequence[ProbeVocabulary],
    seed: int,
) -> Iterator[Request]:
    vocabularies = [
        ProbeVocabulary(f"{NEW} {one.target.name}", one.target.dtype, _terms(one), SPECIAL[one.target.dtype])
        for one in replacements
    ]
    # What lexport has published knows requests that find terms of every table; of nothing else is anything known.
    if all(one.signature != signature or one.name.startswith(EXAMPLES) for one in old):
        vocabularies += others
    taken = {one.name for one in old if one.signature == signature}
    for request in probe_requests(signature, specs, vocabularies, _rows(signature, specs, old), seed=seed):
        # Those of the same name were made from the old vocabulary, and are asked as well.
        name = f"{request.name} {NEW}" if request.name in taken else request.name
        yield Request(name, signature, request.inputs)
    for name, example in _examples(signature, specs, old, frozenset()).items():
        base = neutral_row(specs)
        for one in replacements:
            values = [one.new.terms[line] for line in sampled_lines(range(len(one.new.terms)))]
            rows = [{**base, name: filled(base[name], text)} for text in _within(example, one, values)]
            yield from _batches(f"probes/{name}/{NEW} {one.target.name} in examples", signature, specs, rows)


def _examples(
    signature: str, specs: Mapping[str, InputSpec], old: Sequence[Request], changed: frozenset[str]
) -> dict[str, SerializedTerms]:
    """Gives a serialized example for each input that was asked one; terms by themselves would be no request."""
    found: dict[str, SerializedTerms] = {}
    for name in (name for name, spec in specs.items() if spec.dtype == STRING):
        asked = [one.inputs[name] for one in old if one.signature == signature and name in one.inputs]
        texts = [text for tensor in asked for text in tensor.ravel().tolist() if isinstance(text, bytes)]
        example = SerializedTerms.among(texts, changed)
        found |= {name: example} if example else {}
    return found


def _within(example: SerializedTerms, replacement: Replacement, values: Sequence[bytes]) -> list[bytes]:
    dtype = replacement.target.dtype
    terms = [int(value) if dtype == "int64" else value for value in values]
    return [text for term in terms for _, text in example.with_value(dtype, term)]


def _batches(name: str, signature: str, specs: Mapping[str, InputSpec], rows: Sequence[Row]) -> Iterator[Request]:
    batches = Batching(specs).batches(rows) if rows else []
    for number, batch in enumerate(batches):
        yield Request(f"{name}[{number}]" if len(batches) > 1 else name, signature, batch)


def _terms(replacement: Replacement) -> list[str | int]:
    texts = [term.decode() for term in replacement.new.terms]
    return list(map(int, texts)) if replacement.target.dtype == "int64" else list(texts)


def _rows(signature: str, specs: Mapping[str, InputSpec], old: Sequence[Request]) -> list[Row]:
    """Gives the user's examples, where they travelled."""
    try:
        batching = Batching(specs)
    except SignatureError:
        return []
    return [
        row
        for one in old
        if one.signature == signature and one.name.startswith(EXAMPLES) and one.inputs.keys() == specs.keys()
        for row in batching.rows(one.inputs)
    ]


def _kept_requests(
    signature: str, specs: Mapping[str, InputSpec], old: Sequence[Request], replacements: Sequence[Replacement]
) -> Iterator[tuple[Request, int]]:
    changed = changed_words([one.changes for one in replacements if one.target.gives_ids])
    rows = _rows(signature, specs, old)
    base = next((row for row in rows if _is_untouched_row(row, changed)), neutral_row(specs))
    serialized, untouched = (_examples(signature, specs, old, one) for one in (frozenset[str](), changed))
    for replacement in replacements:
        for name, spec in specs.items():
            values = _kept_values(replacement, spec, changed)
            texts: Sequence[bytes | int] = values
            if name in serialized:
                known = untouched.get(name)
                texts = (
                    _within(known, replacement, [value for value in values if isinstance(value, bytes)])
                    if known
                    else []
                )
            asked = [{**base, name: filled(base[name], text)} for text in texts]
            what = f"probes/{name}/{KEPT} {replacement.target.name}"
            for number, request in enumerate(_batches(what, signature, specs, asked)):
                yield request, len(values) if number == 0 else 0


def _exchanged(
    signature: str, specs: Mapping[str, InputSpec], old: Sequence[Request], replacements: Sequence[Replacement]
) -> Iterator[ExchangedTerms]:
    """Asks old and new terms of every input that takes them as they are, row by row."""
    changed = changed_words([one.changes for one in replacements if one.target.gives_ids])
    base = next((row for row in _rows(signature, specs, old) if _is_untouched_row(row, changed)), neutral_row(specs))
    serialized = _examples(signature, specs, old, frozenset())
    for one in (one for one in replacements if one.target.gives_ids and one.target.dtype == STRING):
        lines = sampled_lines(one.changes.exchanged)
        for name in (name for name, spec in specs.items() if spec.dtype == STRING and name not in serialized):
            sides = []
            for what, terms in (("before", one.target.terms), ("after", one.new.terms)):
                rows = [{**base, name: filled(base[name], terms[line])} for line in lines]
                sides.append(list(_batches(f"probes/{name}/{one.target.name} {what}", signature, specs, rows)))
            if [len(side) for side in sides] == [1, 1]:
                yield ExchangedTerms(
                    one.target.name, tuple(one.new.terms[line] for line in lines), sides[0][0], sides[1][0]
                )


def _is_untouched_row(row: Row, changed: frozenset[str]) -> bool:
    texts = (value for tensor in row.values() if tensor.dtype.kind in "Oiu" for value in tensor.ravel().tolist())
    return all(is_untouched(text if isinstance(text, bytes) else b"%d" % text, changed) for text in texts)


def _kept_values(replacement: Replacement, spec: InputSpec, changed: frozenset[str]) -> list[bytes] | list[int]:
    """Gives the terms to ask of an input; of a vocabulary that gives no ids, the ids that it is asked for."""
    changes = replacement.changes
    if not replacement.target.gives_ids:
        ids = sampled_lines(range(len(changes.old))) if spec.is_integer else []
        return [one for one in ids if spec.represents(one)]
    if replacement.target.dtype == "int64" and spec.is_integer:
        numbers = [int(changes.old[line]) for line in sampled_lines(changes.kept)]
        return [one for one in numbers if spec.represents(one)]
    if spec.dtype != STRING:
        return []
    terms = [changes.old[line] for line in sampled_lines(changes.kept)]
    return [term for term in terms if is_untouched(term, changed)]
