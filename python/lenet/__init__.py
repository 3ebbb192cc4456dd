"""LeNet-5: read digits with it, train it, measure it, look inside it.

    import lenet
    answer = lenet.predict("photo.png")            # the digit in a picture
    lines = lenet.read("page.jpg")                 # all digits, line by line
    model = lenet.load("lenet5")                   # a model that ships inside the library, or a file
    model.classify(images)                         # uint8 [count][28][28] to [count][10]
    lenet.train("lenet5", images, labels, epochs=5)

The work is done by liblenet, which is found beside this package, by $LENET_LIBRARY or where the system
looks for libraries. Errors of the library are lenet.Error; TypeError and ValueError are for arguments
that cannot be handed to it.
"""

from ._model import Model, Notes, Row, builtin_models, load
from ._model import create_model as create
from ._native import Error, Status, __version__
from ._pictures import (Digit, Line, Prediction, Reader, load_picture, predict, read,
                        reject_threshold, to_digit)
from ._training import Dataset, Epoch, Measure, Progress, Training, dataset, evaluate, train

__all__ = ["Dataset", "Digit", "Epoch", "Error", "Line", "Measure", "Model", "Notes", "Prediction",
           "Progress", "Reader", "Row", "Status", "Training", "__version__", "builtin_models",
           "create", "dataset", "evaluate", "load", "load_picture", "predict", "read",
           "reject_threshold", "to_digit", "train"]
