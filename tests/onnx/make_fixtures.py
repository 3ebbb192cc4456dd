"""make_fixtures.py FOLDER - writes small networks as other programs export them, and what these give.

Needs PyTorch and onnx (Debian: python3-torch, python3-onnx). torch-*.onnx come from torch.onnx.export,
keras-*.onnx are put together with onnx.helper as tf2onnx writes Keras networks: maps last, Transpose,
MatMul and Add; state-dict.safetensors holds a state_dict. expected.txt has a line for each: the file, the
network's notation with _ for spaces, the probabilities of the picture whose byte i is (37 i + 11) % 256."""

import json
import os
import struct
import sys

import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import nn

SIDE = 12


def picture():
    values = [(37 * i + 11) % 256 / 255 for i in range(SIDE * SIDE)]
    return torch.tensor(values).reshape(1, 1, SIDE, SIDE)


class Functional(nn.Module):
    """The usual example of PyTorch for MNIST: pools in front of activations, dropout, log_softmax."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3)
        self.conv2 = nn.Conv2d(4, 5, 2)
        self.fc1 = nn.Linear(20, 8)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = x.view(x.size(0), -1)
        x = F.dropout(F.relu(self.fc1(x)), training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)


class View(nn.Module):
    """Sigmoids, a dense row without biases, a fifth convolution that leaves one pixel."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 5, padding=2)
        self.conv3 = nn.Conv2d(3, 6, 3)
        self.conv5 = nn.Conv2d(6, 10, 2)
        self.fc6 = nn.Linear(10, 4, bias=False)

    def forward(self, x):
        x = F.avg_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.sigmoid(self.conv3(x)), 2)
        x = torch.sigmoid(self.conv5(x)).view(-1, 10)
        return torch.softmax(self.fc6(x), 1)


def sequential():
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(4, 6, 3), nn.Tanh(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(24, 10), nn.Tanh(), nn.Linear(10, 7), nn.Tanh(),
        nn.Linear(7, 3))


def export(folder, name, network, **options):
    torch.onnx.export(network, picture(), os.path.join(folder, name), input_names=["image"],
                      output_names=["answer"], **options)


def constant(name, tensor):
    tensor = tensor.detach().contiguous()
    kind = TensorProto.INT64 if tensor.dtype == torch.int64 else TensorProto.FLOAT
    return helper.make_tensor(name, kind, tensor.shape, tensor.flatten().tolist())


def keras(folder, name, nodes, arrays):
    """A graph of [operator, inputs besides the value, attributes], input [N, rows, columns, 1]."""
    made, value = [], "conv2d_input"
    for i, (operator, inputs, attributes) in enumerate(nodes):
        output = "dense" if i == len(nodes) - 1 else f"value{i}:0"
        made.append(helper.make_node(operator, [value, *inputs], [output],
                                     f"sequential/{operator}__{i}", **attributes))
        value = output
    graph = helper.make_graph(
        made, "tf2onnx",
        [helper.make_tensor_value_info("conv2d_input", TensorProto.FLOAT, ["unk__1", SIDE, SIDE, 1])],
        [helper.make_tensor_value_info("dense", TensorProto.FLOAT, ["unk__2", 3])],
        [constant(key, value) for key, value in arrays.items()])
    model = helper.make_model(graph, producer_name="tf2onnx", ir_version=7,
                              opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, name))


def keras_lenet(folder, name, network):
    """sequential() as Keras has it: the first dense row reads maps last, weights are [inputs, units]."""
    conv1, conv3, dense5, dense6, dense7 = network[0], network[3], network[7], network[9], network[11]
    maps_last = dense5.weight.reshape(10, 6, 2, 2).permute(0, 2, 3, 1).reshape(10, 24)
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        ("Reshape", ["new_shape"], {}),
        ("Conv", ["w1", "b1"], {"auto_pad": "SAME_UPPER", "kernel_shape": [5, 5], "strides": [1, 1],
                                "dilations": [1, 1], "group": 1}),
        ("Tanh", [], {}), ("AveragePool", [], {"auto_pad": "VALID", **pool}),
        ("Conv", ["w3"], {"kernel_shape": [3, 3], "auto_pad": "VALID"}),
        ("Add", ["b3"], {}), ("Tanh", [], {}), ("AveragePool", [], pool),
        ("Transpose", [], {"perm": [0, 2, 3, 1]}), ("Reshape", ["flat"], {}),
        ("MatMul", ["w5"], {}), ("Add", ["b5"], {}), ("Tanh", [], {}),
        ("MatMul", ["w6"], {}), ("Add", ["b6"], {}), ("Tanh", [], {}),
        ("MatMul", ["w7"], {}), ("Add", ["b7"], {}), ("Softmax", [], {}),
    ]
    keras(folder, name, nodes, {
        "new_shape": torch.tensor([-1, 1, SIDE, SIDE]), "flat": torch.tensor([-1, 24]),
        "w1": conv1.weight, "b1": conv1.bias, "w3": conv3.weight,
        "b3": conv3.bias.reshape(1, 6, 1, 1), "w5": maps_last.T, "b5": dense5.bias,
        "w6": dense6.weight.T, "b6": dense6.bias, "w7": dense7.weight.T, "b7": dense7.bias})


def save_state(path, network):
    """A safetensors file, written here so that the package is not needed. fc1 and fc2 of Functional stand
    in front of the convolutions, as names sorted backwards do."""
    header, data = {}, b""
    for name, tensor in reversed(network.state_dict().items()):
        numbers = tensor.flatten().tolist()
        packed = struct.pack(f"<{len(numbers)}f", *numbers)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main(folder):
    torch.manual_seed(1)
    lenet, functional, view = sequential(), Functional().eval(), View()
    lenet_notation = "12x12 P2 C4@5:tanh A2 C6@3:tanh A2 F10:tanh F7:tanh F3:softmax"
    relu_notation = "12x12 C4@3:relu M2 C5@2:relu M2 F8:relu F3:softmax"
    export(folder, "torch-sequential.onnx", lenet)
    export(folder, "torch-functional.onnx", functional, opset_version=11,
           dynamic_axes={"image": {0: "batch"}, "answer": {0: "batch"}})
    export(folder, "torch-view.onnx", view, opset_version=13, dynamic_axes={"image": {0: "batch"}})
    keras_lenet(folder, "keras-lenet.onnx", lenet)
    save_state(os.path.join(folder, "state-dict.safetensors"), functional)
    lines = [
        ("torch-sequential.onnx", lenet_notation, torch.softmax(lenet(picture()), 1)),
        ("torch-functional.onnx", relu_notation, functional(picture()).exp()),
        ("torch-view.onnx", "12x12 P2 C3@5:sigmoid A2 C6@3:sigmoid A2 C10@2:sigmoid F4:softmax",
         view(picture())),
        ("keras-lenet.onnx", lenet_notation, torch.softmax(lenet(picture()), 1)),
        ("state-dict.safetensors", relu_notation, functional(picture()).exp()),
    ]
    with open(os.path.join(folder, "expected.txt"), "w") as file:
        for name, notation, answer in lines:
            numbers = " ".join(f"{p:.7f}" for p in answer.flatten().tolist())
            file.write(f"{name} {notation.replace(' ', '_')} {numbers}\n")


if __name__ == "__main__":
    main(sys.argv[1])
