"""make_onnx.py FOLDER - writes FOLDER/trained.onnx, the network of FOLDER/trained.floats, for ONNX
Runtime. Batches are of "n" pictures. What stands in FOLDER is said in materials.py."""

import os
import struct
import sys

import onnx
from onnx import TensorProto, helper

ROWS = (  # operator, attributes, shapes of weights and bias
    ("Conv", {"pads": [2, 2, 2, 2]}, ((6, 1, 5, 5), (6,))),
    ("Tanh", {}, ()),
    ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}, ()),
    ("Conv", {}, ((16, 6, 5, 5), (16,))),
    ("Tanh", {}, ()),
    ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}, ()),
    ("Flatten", {}, ()),
    ("Gemm", {"transB": 1}, ((120, 400), (120,))),
    ("Tanh", {}, ()),
    ("Gemm", {"transB": 1}, ((84, 120), (84,))),
    ("Tanh", {}, ()),
    ("Gemm", {"transB": 1}, ((10, 84), (10,))),
    ("Softmax", {"axis": 1}, ()),
)


def product(shape):
    count = 1
    for side in shape:
        count *= side
    return count


def main(folder):
    with open(os.path.join(folder, "trained.floats"), "rb") as file:
        content = file.read()
    parameters = list(struct.unpack(f"<{len(content) // 4}f", content))[2:]
    nodes, weights, data = [], [], "pictures"
    for i, (operator, attributes, shapes) in enumerate(ROWS):
        names = [f"weights{i}", f"bias{i}"][: len(shapes)]
        for name, shape in zip(names, shapes):
            count = product(shape)
            weights.append(
                helper.make_tensor(name, TensorProto.FLOAT, shape, parameters[:count]))
            del parameters[:count]
        output = "probabilities" if i == len(ROWS) - 1 else f"data{i}"
        nodes.append(helper.make_node(operator, [data, *names], [output], **attributes))
        data = output
    graph = helper.make_graph(
        nodes, "lenet5",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 1, 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, "trained.onnx"))


if __name__ == "__main__":
    main(sys.argv[1])
