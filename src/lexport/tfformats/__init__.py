"""TensorFlow's file formats, without TensorFlow.

- `protos.py`: the message classes that ship in TensorFlow's wheel, without an import of TensorFlow.
- `tf_record.py`: `read_records`, the frames of a TFRecord file, each with its checksums.
- `sorted_table.py`, `tensor_bundle.py`: `read_bundle_index`, which tensors a checkpoint holds, and where.
- `tf_example.py`: `example_class`, the message of a training example.

Readers of SavedModels, of warm-up requests and of corpora build on these; nothing here knows any of them.
"""
