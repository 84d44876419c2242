"""Prints the help of each script that is named, with form feeds between them."""

import contextlib
import runpy
import sys

paths = sys.argv[1:]
for number, path in enumerate(paths):
    print(end="\f" if number else "")
    sys.argv = [path, "--help"]
    with contextlib.suppress(SystemExit):
        runpy.run_path(path, run_name="__main__")
