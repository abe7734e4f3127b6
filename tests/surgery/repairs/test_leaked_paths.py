"""Paths of the training go where nothing reads them, and nothing that is read goes with them."""

from pathlib import Path

import tensorflow as tf

from lexport.surgery.repairs import repair

v1 = tf.compat.v1
WHOLE, NUMBER = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER


def _two_graphs(folder: Path, *, in_function: bool = False) -> Path:
    """Saves graphs for the tags `serve`, and `serve, gpu`, in which a node of one name is not the same thing."""
    (folder / "words.txt").write_text("".join(f"word{number}\n" for number in range(20)))
    builder = v1.saved_model.Builder(str(folder / "model"))
    for tags in (["serve"], ["serve", "gpu"]):
        other = len(tags) > 1
        with tf.Graph().as_default(), v1.Session() as session:
            words = v1.placeholder(tf.string, [None], name="word")
            label = tf.constant("n/a", name="name") if other else tf.constant("unknown", name="label")
            path = tf.constant(str(folder / "words.txt"), name="path" if other else "name")
            v1.add_to_collection(v1.GraphKeys.ASSET_FILEPATHS, path)
            table = tf.raw_ops.HashTableV2(
                key_dtype=tf.string, value_dtype=tf.int64, shared_name=f"hash_table_{folder}/{len(tags)}"
            )

            def fill(table: tf.Tensor, path: tf.Tensor) -> tf.Tensor:
                tf.raw_ops.InitializeTableFromTextFileV2(
                    table_handle=table, filename=path, key_index=WHOLE, value_index=NUMBER
                )
                return tf.constant(0)

            filled = tf.function(fill, autograph=False)(table, path) if other and in_function else None
            if filled is None:
                filled = tf.raw_ops.InitializeTableFromTextFileV2(
                    table_handle=table, filename=path, key_index=WHOLE, value_index=NUMBER
                )
            ids = tf.raw_ops.LookupTableFindV2(table_handle=table, keys=words, default_value=tf.constant(-1, tf.int64))
            outputs = {"id": ids, "label": tf.where(ids < 0, tf.fill(tf.shape(words), label), words)}
            signature = v1.saved_model.build_signature_def(
                {"word": v1.saved_model.build_tensor_info(words)},
                {name: v1.saved_model.build_tensor_info(value) for name, value in outputs.items()},
                "tensorflow/serving/predict",
            )
            initialize = tf.group(filled)
            session.run(initialize)
            add = builder.add_meta_graph if other else builder.add_meta_graph_and_variables
            given = (tags,) if other else (session, tags)
            add(
                *given,
                {"serving_default": signature},
                assets_collection=v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS),
                main_op=initialize,
            )
    builder.save()
    return folder / "model"


def _labels(model: Path, tags: list[str]) -> list[bytes]:
    with tf.Graph().as_default(), v1.Session() as session:
        loaded = v1.saved_model.load(session, tags, str(model)).signature_def["serving_default"]
        return list(session.run(loaded.outputs["label"].name, {loaded.inputs["word"].name: ["word1", "nobody"]}))


def test_a_constant_of_another_graph_is_not_the_path_of_an_asset(tmp_path: Path) -> None:
    """Each graph has names of its own; and one that nobody asks is left as it is, which is told."""
    model = _two_graphs(tmp_path)
    report = repair(model, tmp_path / "mended")
    assert report.out is not None
    assert [one.where for one in report.repairs if "Const" in one.where] == ["saved_model.pb, Const 'name'"]
    assert [(one.where, "'serve, gpu'" in one.why) for one in report.left_alone] == [
        ("saved_model.pb, Const 'path'", True)
    ]
    for tags in (["serve"], ["serve", "gpu"]):
        assert _labels(report.out, tags) == _labels(model, tags)
    assert _labels(report.out, ["serve", "gpu"]) == [b"word1", b"n/a"]


def test_a_table_that_a_function_of_another_graph_fills_gets_a_name_too(tmp_path: Path) -> None:
    """What fills a table is looked for in the graph that has it."""
    model = _two_graphs(tmp_path, in_function=True)
    report = repair(model, tmp_path / "mended")
    assert report.out is not None
    assert str(tmp_path / "1").encode() not in (report.out / "saved_model.pb").read_bytes()
    assert str(tmp_path / "2").encode() not in (report.out / "saved_model.pb").read_bytes()
    assert _labels(report.out, ["serve", "gpu"]) == [b"word1", b"n/a"]
