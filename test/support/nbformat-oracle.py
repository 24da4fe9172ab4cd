"""Reads notebooks as nbformat does, a JSON list of texts a line; says of each what nbformat writes, and whether it is valid."""
import json
import sys

import nbformat


def answer(text):
    try:
        written = nbformat.writes(nbformat.reads(text, as_version=4))
    except Exception as error:
        return {"error": type(error).__name__}
    try:
        nbformat.validate(json.loads(text))
        valid = True
    except nbformat.ValidationError as error:
        valid = str(error)
    return {"written": written if written.endswith("\n") else written + "\n", "valid": valid}


for line in sys.stdin:
    print(json.dumps([answer(text) for text in json.loads(line)]), flush=True)
