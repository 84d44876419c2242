"""What every worker does: builds its work once, then takes turns when it is told to.

It reads a number of steps a line, does them, and answers with seconds of wall and processor time.
"""

import json
import resource
import sys
import time
from collections.abc import Callable


def serve(prepare: Callable[[], tuple[Callable[[int], None], dict]]) -> None:
    """Prepares work, says what it is, and does as many steps of it as each line asks for."""
    before = _peak()
    run, facts = prepare()
    run(1)  # Traces, compiles, allocates.
    print(json.dumps({"imports_mb": before, **facts}), flush=True)
    for line in sys.stdin:
        steps = int(line)
        wall, processor = time.perf_counter(), time.process_time()
        run(steps)
        seconds = [time.perf_counter() - wall, time.process_time() - processor]
        print(json.dumps({"seconds": [s / steps for s in seconds], "peak_mb": _peak()}), flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
