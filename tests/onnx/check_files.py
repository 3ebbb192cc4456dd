"""check_files.py FILE... - exported models by onnx's own checker: each node's operator, attributes and types,
and the shapes that follow from them, against those that the file promises."""

import sys

import onnx


def shapes(values):
    return {value.name: [side.dim_param or side.dim_value for side in value.type.tensor_type.shape.dim]
            for value in values}


def main(paths):
    for path in paths:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        found = shapes(inferred.graph.value_info)
        if len(found) != len(model.graph.node) - len(model.graph.output):
            sys.exit(f"{path}: not every value has a shape")
        if shapes(inferred.graph.output) != shapes(model.graph.output):
            sys.exit(f"{path}: the outputs have other shapes")
        if model.ir_version != 7 or [(s.domain, s.version) for s in model.opset_import] != [("", 13)]:
            sys.exit(f"{path}: not IR 7 and operator set 13")
    print(f"onnx {onnx.__version__}: {len(paths)} files are sound")


if __name__ == "__main__":
    main(sys.argv[1:])
