"""Every fault, beside everything that has to find it.

The columns: the fault; how it is planted; what `lexport verify DIR` names, because it is not what the manifest says;
the static checks that fail once somebody has written the manifest anew; and what the loaders say where nothing was
checked before. Where a check passes in spite of the fault, the reason stands in its place, and the test holds it to
passing.
"""

from tests.verify.faults import file_faults as files
from tests.verify.faults import graph_faults as graphs
from tests.verify.faults import model_faults as models
from tests.verify.faults import tokenizer_faults as tokenizers
from tests.verify.faults import vocabulary_faults as vocabularies
from tests.verify.faults.fault import CPP, OBJECT_GRAPH, SESSION, Fault, Passes, all_pass, all_say, sessions_say
from tests.verify.faults.file_faults import AddFile, Link
from tests.verify.faults.graph_faults import PinNode, RenameAsset
from tests.verify.faults.model_faults import Rebuild

__all__ = ["FAULTS"]

WORDS, GRAPH, INDEX = "assets/words.txt", "saved_model.pb", "variables/variables.index"
DATA, SHARD_OF_TWO = "variables/variables.data-00000-of-00001", "variables/variables.data-00000-of-00002"
AUTOMATON = "assets/pieces-*.wordpiece"
OWNED = {"asset-present", "content-named"}

SOUND = Passes("the graph is sound: only its answers tell")
SAME = "it answers as before"
UNREAD = "no loader reads the file"
FROM_FUNCTION = "it takes names from the function that was saved, and not from the SignatureDef"
REBUILT = "it rebuilds the objects, which fill what the graph alone does not"
ELSEWHERE = "TensorFlow computes it elsewhere where the device is missing"
FETCHED = "a loader fetches the tensor, whatever dtype is declared for it"
DIED = "answers.npz: No such file"
NOT_DENSE = "the outputs ['id'] are ragged or sparse, which requests to a server cannot be"

# fmt: off
VOCABULARY = [
    Fault("swapped lines", vocabularies.swap_lines, WORDS, {"asset-present"},
          all_say("output 'id': 2 of 3 elements differ, the first at [0]: received 3, the baseline has 1")),
    Fault("appended line", vocabularies.append_lines, WORDS, {"asset-present"},
          all_say("output 'id': 1 of 3 elements differs, the first at [1]: received 28, the baseline has 27")),
    Fault("appended line that no request asks for", vocabularies.append_line_that_nobody_asks, WORDS,
          {"asset-present"}, all_pass("all other terms keep their ids")),
    Fault("truncated vocabulary", vocabularies.truncate, WORDS, {"asset-present"},
          all_say("output 'id': 1 of 26 elements differs, the first at [25]: received 27, the baseline has 26")),
    Fault("last line cut short", vocabularies.cut_last_line_short, WORDS, {"asset-present"},
          all_say("output 'id': 1 of 26 elements differs, the first at [25]: received 27, the baseline has 26")),
    Fault("BOM", vocabularies.prepend_bom, WORDS, {"asset-present"},
          all_say("output 'id': 1 of 26 elements differs, the first at [0]: received 27, the baseline has 0")),
    Fault("empty vocabulary", vocabularies.empty, WORDS, {"asset-present"}, all_say("the export does not load")),
    Fault("one wrong id in 100,000", vocabularies.exchange_rare_term, WORDS, {"asset-present"},
          all_say("large: output 'id': 1 of 100000 elements differs, the first at [56789]: "
                  "received 27, the baseline has 25 (input row 56789: word=b'term19', other=b'the')")),
    Fault("inlined vocabulary", Rebuild(models.InlinedVocabulary), WORDS, {"asset-present", "tables-from-assets"},
          all_pass(SAME)),
]

ASSETS = [
    Fault("deleted asset", files.delete_asset, WORDS, {"asset-present"}, all_say("words.txt; No such file")),
    Fault("asset name that traverses", RenameAsset("../../words.txt"), GRAPH, {"asset-names", "asset-present"},
          all_say("assets/../../words.txt; No such file")),
    Fault("asset name that traverses from a folder", RenameAsset("sub/../../../words.txt"), GRAPH,
          {"asset-names", "asset-present"}, all_say("assets/sub/../../../words.txt; No such file")),
    Fault("absolute asset name", graphs.make_asset_name_absolute, GRAPH, {"asset-names", "asset-present"},
          {OBJECT_GRAPH: "/outside.txt; Permission denied", SESSION: "/outside.txt; Permission denied",
           CPP: "/outside.txt; No such file"}, needs_sandbox=True),
    Fault("baked path of a table", Rebuild(models.TableFromBakedPath), WORDS,
          {"asset-present", "tables-from-assets", "no-absolute-path"},
          all_say("/training/words.txt; Permission denied"), needs_sandbox=True),
    Fault("baked path of a file", Rebuild(models.ReadsBakedPath), GRAPH, {"reads-from-assets", "no-absolute-path"},
          all_say("/training/words.txt; Permission denied"), needs_sandbox=True),
    Fault("relative path of a file", Rebuild(models.ReadsRelativePath), GRAPH, {"reads-from-assets"},
          all_say("words.txt; No such file")),
    Fault("path in the name of a table", Rebuild(models.PathInTableName), GRAPH, {"no-absolute-path"},
          all_pass(SAME)),
]

FILES = [
    Fault("deleted variables", files.delete_variables, DATA, {"readable"},
          {OBJECT_GRAPH: "the export does not load", SESSION: "the export does not load",
           CPP: "examples: raised NOT_FOUND: Resource localhost/Variable_1/N10tensorflow3VarE does not exist"}),
    Fault("damaged graph", files.cut_graph, GRAPH, {"readable"}, all_say("the export does not load")),
    Fault("damaged variables", files.flip_bit_of_weights, DATA,
          Passes("it reads no variables; TensorFlow's checksum covers them"), all_say("Checksum does not match")),
    Fault("extra file in assets", AddFile("assets/more.txt"), "assets/more.txt", {"no-orphan-files"},
          all_pass(UNREAD)),
    Fault("extra file", AddFile("notes.txt"), "notes.txt", {"no-stale-files"}, all_pass(UNREAD)),
    Fault("extra file in assets.extra", AddFile("assets.extra/old_requests"), "assets.extra/old_requests",
          {"no-stale-files"}, all_pass(UNREAD)),
    Fault("extra file in assets.extra/lexport", AddFile("assets.extra/lexport/notes.txt"),
          "assets.extra/lexport/notes.txt", {"no-stale-files"}, all_pass(UNREAD)),
    Fault("extra file that is called like one of lexport's", AddFile("assets.extra/lexport/more.json"),
          "assets.extra/lexport/more.json", Passes("it leaves the names to lexport; TensorFlow never looks there"),
          all_pass(UNREAD)),
    Fault("extra file in variables", AddFile("variables/old.index"), "variables/old.index", {"no-stale-files"},
          all_pass(UNREAD)),
    Fault("stale shard of variables", AddFile(SHARD_OF_TWO), SHARD_OF_TWO, {"readable"}, all_pass(UNREAD)),
    Fault("stale graph", AddFile("old/saved_model.pb"), "old/saved_model.pb", {"no-stale-files"}, all_pass(UNREAD)),
    Fault("symlink to an asset", Link(WORDS), WORDS, {"asset-names", "asset-present"},
          all_say("words.txt; Permission denied"), needs_sandbox=True),
    Fault("symlink to the assets", Link("assets"), "assets", {"asset-names", "asset-present"},
          all_say("words.txt; Permission denied"), needs_sandbox=True),
    Fault("symlink to the variables", Link("variables"), "variables", {"readable"},
          all_say("variables.index; Permission denied"), needs_sandbox=True),
    Fault("symlink to a file of variables", Link(INDEX), INDEX, {"readable"},
          all_say("variables.index; Permission denied"), needs_sandbox=True),
    Fault("symlink to the graph", Link(GRAPH), GRAPH, {"readable"}, all_say("saved_model.pb; Permission denied"),
          needs_sandbox=True),
    Fault("graph behind a decoy", graphs.hide_behind_decoy, GRAPH, {"signatures", "tables-initialized"},
          {OBJECT_GRAPH: "requires a `tags=` argument", SESSION: "examples: raised", CPP: "examples: raised"}),
    Fault("graph near the limit of its size", graphs.grow, GRAPH, {"size-limit"}, all_pass(SAME)),
]

SIGNATURES = [
    Fault("renamed output", Rebuild(models.RenamedOutput), GRAPH, {"signatures"},
          all_say("output 'id': is missing; received the outputs ids, other_id, score")),
    Fault("renamed output of the SignatureDef", graphs.rename_output, GRAPH, {"signatures"},
          sessions_say("output 'id': is missing; received the outputs ids, other_id, score", FROM_FUNCTION)),
    Fault("renamed input", Rebuild(models.RenamedInput), GRAPH, {"signatures"}, all_say("examples: raised")),
    Fault("reordered inputs", Rebuild(models.ReorderedInputs), GRAPH, SOUND,
          all_say("output 'id': 3 of 3 elements differ, the first at [0]: received 27, the baseline has 1")),
    Fault("reordered inputs of the SignatureDef", graphs.reorder_inputs, GRAPH, SOUND,
          sessions_say("output 'id': 3 of 3 elements differ, the first at [0]: received 27, the baseline has 1",
                       FROM_FUNCTION)),
    Fault("wrong dtype", Rebuild(models.Int32Ids), GRAPH, {"signatures"},
          all_say("output 'id': must have dtype int64; received int32")),
    Fault("ids as floats", Rebuild(models.FloatIds), GRAPH, {"signatures"},
          all_say("output 'id': must have dtype int64; received float32")),
    Fault("wrong dtype of the SignatureDef", graphs.declare_another_dtype, GRAPH, {"signatures"}, all_pass(FETCHED)),
    Fault("wrong shape", Rebuild(models.AnotherShape), GRAPH, {"signatures"},
          all_say("output 'id': must have shape [3]; received [3, 1]")),
    Fault("sparse output", Rebuild(models.SparseOutput), GRAPH, {"signatures"}, all_say(NOT_DENSE)),
    Fault("ragged output", Rebuild(models.RaggedOutput), GRAPH, {"signatures"}, all_say(NOT_DENSE)),
    Fault("sparse input", Rebuild(models.SparseInput), GRAPH, {"signatures"}, all_say("examples: raised")),
    Fault("ragged input", Rebuild(models.RaggedInput), GRAPH, {"signatures"}, all_say("examples: raised")),
    Fault("batch size that is fixed", Rebuild(models.ThreeRows), GRAPH, SOUND,
          all_say("output 'id': must have shape [26]; received [3]")),
    Fault("empty batch that is refused", Rebuild(models.NoEmptyBatch), GRAPH, SOUND, all_say("batch of 0: raised")),
    Fault("extra signature", graphs.add_signature, GRAPH, {"signatures"}, all_pass("nobody asks it anything")),
]

STATE = [
    Fault("changed weight", Rebuild(models.ChangedWeight), DATA, SOUND,
          all_say("output 'score': 1 of 3 elements differs, the worst at [2]: received -0.625625, "
                  "the baseline has -0.625")),
    Fault("weight that is not a number", Rebuild(models.NotANumber), DATA, SOUND,
          all_say("output 'score': 1 of 3 elements differs, the worst at [2]: received nan")),
    Fault("ids without a row", Rebuild(models.TooFewRows), DATA, {"embedding-rows"}, all_say("is not in [0, 26)")),
    Fault("variable that servers do not restore", Rebuild(models.KerasVariable), DATA, {"variables-restored"},
          sessions_say("Could not find variable", REBUILT)),
    Fault("anonymous table", Rebuild(models.AnonymousTable), GRAPH, {"tables-initialized"},
          sessions_say("Table not initialized", REBUILT)),
    Fault("table that servers do not fill", graphs.forget_to_fill_the_table, GRAPH, {"tables-initialized"},
          sessions_say("Table not initialized", REBUILT)),
]

OPS = [
    Fault("op of no library", graphs.need_unknown_op, GRAPH, {"allowed-ops"}, all_say("'SomebodysLookup'")),
    Fault("op library missing", Rebuild(models.NormalizesUnicode), GRAPH,
          Passes("the op is known to compute; the report names the library that a server needs"),
          all_say("'NormalizeUTF8'"), without_libraries=True),
    Fault("op that prints", Rebuild(models.Prints), GRAPH, {"allowed-ops"}, all_pass(SAME)),
    Fault("GPU pin", PinNode("StatefulPartitionedCall", "/device:GPU:0"), GRAPH, {"no-pinned-device"},
          {OBJECT_GRAPH: Passes("it calls the function itself"), SESSION: Passes(ELSEWHERE),
           CPP: "was explicitly assigned to /device:GPU:0"}),
    Fault("GPU pin in a function", PinNode("ResourceGather", "/device:GPU:0"), GRAPH, {"no-pinned-device"},
          all_pass(ELSEWHERE)),
    Fault("remote device", PinNode("HashTableV2", "/job:worker/task:1"), GRAPH, {"no-pinned-device"},
          sessions_say("/job:worker/", REBUILT)),
    Fault("remote device in a function", PinNode("ResourceGather", "/job:worker/task:1"), GRAPH,
          {"no-pinned-device"}, all_pass(ELSEWHERE)),
]

TOKENIZERS = [
    Fault("swapped lines of a tokenizer's vocabulary", tokenizers.swap_pieces, "assets/pieces.txt", OWNED,
          all_say("output 'pieces': 2 of 24 elements differ, the first at [0, 0]: received 3, the baseline has 2"),
          tokenizing=True),
    Fault("automaton of another vocabulary", tokenizers.swap_automaton, AUTOMATON, OWNED,
          all_say("output 'pieces': 2 of 24 elements differ, the first at [0, 1]: received 1, the baseline has 3"),
          tokenizing=True),
    Fault("edited automaton", tokenizers.edit_automaton, AUTOMATON, OWNED,
          all_pass("no request comes through the byte, and the kernel checks nothing"), tokenizing=True),
    Fault("truncated automaton", tokenizers.cut_automaton, AUTOMATON, OWNED, all_say(DIED), tokenizing=True),
    Fault("another SentencePiece model of the same size", tokenizers.swap_model, "assets/spm.model", OWNED,
          all_say("output 'spm': 1 of 32 elements differs, the first at [2, 4]: received 19, the baseline has 20"),
          tokenizing=True),
    Fault("SentencePiece model of another size", tokenizers.replace_model, "assets/spm.model", OWNED,
          all_say("Could not parse GraphDef"), tokenizing=True),
    Fault("truncated SentencePiece model", tokenizers.cut_model, "assets/spm.model", OWNED,
          all_say("Could not parse GraphDef"), tokenizing=True),
]
# fmt: on

FAULTS = [*VOCABULARY, *ASSETS, *FILES, *SIGNATURES, *STATE, *OPS, *TOKENIZERS]
