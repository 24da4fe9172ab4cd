"""Turns a notebook into pages with nbconvert, without running it. Reads a request on stdin, answers on stdout, both JSON.

Nothing of the user's configuration is read, so no preprocessor that executes can come in.
"""

import sys

# What lies in the folder one is in must not stand for a module of Python's own.
if sys.path and sys.path[0] == "":
    del sys.path[0]

import base64
import importlib.util
import json
import os
import shutil


class Missing(Exception):
    pass


def html(notebook, resources):
    from nbconvert.exporters import HTMLExporter

    return HTMLExporter().from_notebook_node(notebook, resources)[0].encode("utf-8", "replace")


def pdf(notebook, resources):
    if shutil.which("xelatex") and shutil.which("pandoc"):
        from nbconvert.exporters import PDFExporter as Exporter

        settings = {}
    elif importlib.util.find_spec("playwright"):
        from nbconvert.exporters import WebPDFExporter as Exporter

        # Chromium refuses its sandbox to root.
        settings = {"disable_sandbox": hasattr(os, "geteuid") and os.geteuid() == 0}
        if not has_chromium():
            raise Missing("chromium")
    else:
        raise Missing("tex")
    return Exporter(**settings).from_notebook_node(notebook, resources)[0]


def has_chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        return os.path.exists(driver.chromium.executable_path)


def convert(request):
    if importlib.util.find_spec("nbconvert") is None:
        raise Missing("nbconvert")
    import nbformat

    notebook = nbformat.reads(request["notebook"], as_version=4)
    resources = {"metadata": {"name": request["name"], "path": request["folder"]}}
    content = {"html": html, "pdf": pdf}[request["format"]](notebook, resources)
    return {"content": base64.b64encode(content).decode()}


def main():
    # What is converted may print; the answer stands alone on the real stdout.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        found = convert(json.loads(sys.stdin.buffer.read().decode("utf-8")))
    except Missing as missing:
        found = {"missing": str(missing)}
    except Exception as error:
        found = {"failed": "%s: %s" % (type(error).__name__, error)}
    with answer:
        json.dump(found, answer)


main()
