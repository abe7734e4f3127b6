"""What tensorflow_transform wrote, read as data: its vocabularies become those of lexport, with the same ids.

- `transform_output.py`: `TransformOutput`, a directory of tensorflow_transform, and its vocabularies.
- `vocabulary_files.py`: which file belongs to which name.
- `stored_lines.py`: the lines of a file, text or compressed TFRecord.
- `leading_numbers.py`: what `store_frequency=True` put before each term.
- `table_readings.py`: how the graph of the output reads a file.

Nothing here imports tensorflow_transform or TensorFlow.
"""

from lexport.transform.leading_numbers import Numbers
from lexport.transform.transform_output import TransformOutput

__all__ = ["Numbers", "TransformOutput"]
