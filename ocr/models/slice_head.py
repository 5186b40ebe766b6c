"""Keeps of a PP-OCR recognition model only the characters that stand on receipts.

    python slice_head.py SOURCE.onnx SOURCE_DICTIONARY.txt SLICED.onnx SLICED_DICTIONARY.txt

The model's last layer has one row a class: the CTC blank, the characters of the dictionary, the space. This script
takes out the rows of all characters that `is_kept` refuses, and changes nothing else. Needs the packages onnx and numpy.
"""

import sys

import numpy
import onnx
from onnx import numpy_helper

OTHERS = "€£¥₹₫₱฿–—’‘“”•™№°"


def is_kept(character):
    """Latin letters with and without accents, digits, punctuation, and the signs in OTHERS."""
    return len(character) == 1 and (0x21 <= ord(character) < 0x250 or character in OTHERS)


def weights(graph):
    """Every constant tensor of the graph, whichever way it is stored."""
    yield from graph.initializer
    for node in graph.node:
        if node.op_type == "Constant":
            yield from (attribute.t for attribute in node.attribute if attribute.name == "value")


def slice_head(graph, classes, kept):
    for tensor in weights(graph):
        if classes in tensor.dims:
            values = numpy_helper.to_array(tensor)
            sliced = numpy.take(values, kept, axis=values.shape.index(classes))
            tensor.CopyFrom(numpy_helper.from_array(numpy.ascontiguousarray(sliced), tensor.name))
    for value in [*graph.output, *graph.value_info]:
        for dimension in value.type.tensor_type.shape.dim:
            if dimension.dim_value == classes:
                dimension.dim_value = len(kept)


def main(source, source_dictionary, sliced, sliced_dictionary):
    with open(source_dictionary, encoding="utf-8", newline="\n") as file:
        characters = [line.rstrip("\r\n") for line in file]
    classes = len(characters) + 2
    kept_characters = [index for index, character in enumerate(characters) if is_kept(character)]
    blank, space = 0, classes - 1
    kept = [blank, *(index + 1 for index in kept_characters), space]

    model = onnx.load(source)
    slice_head(model.graph, classes, kept)
    onnx.save(model, sliced)
    with open(sliced_dictionary, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(characters[index] + "\n" for index in kept_characters)
    print(f"{len(kept)} of {classes} classes kept")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
