"""Starts a kernel as Colab does: in /content, with the `google.colab` package at hand."""
import os

os.chdir(os.environ["COLAB_EMULATOR_CONTENT"])

from ipykernel import kernelapp  # noqa: E402

kernelapp.launch_new_instance()
