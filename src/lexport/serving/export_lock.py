"""`EXPORT_LOCK`: exports in threads take turns."""

import threading

__all__ = ["EXPORT_LOCK"]

# An export changes the model and names of TensorFlow and Keras, and puts them back: another one that starts or ends
# between the two would put back what is not the user's. Re-entrant, as the changes lie within one another.
EXPORT_LOCK = threading.RLock()
