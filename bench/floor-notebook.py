# What people run notebooks with: nbclient, with a kernel of its own. Takes a notebook and where to write the result.
import sys

import nbclient
import nbformat

source, target = sys.argv[1:]
notebook = nbformat.read(source, 4)
nbclient.NotebookClient(notebook).execute()
nbformat.write(notebook, target)
