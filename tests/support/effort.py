"""What work costs, measured so that neither a slow nor a busy machine changes the answer."""

import hashlib
import json
import time
import zlib
from collections.abc import Callable


def _fixed_work() -> None:
    """A bit of what the service does all day: objects, text, compression, hashes."""
    rows = [{"number": number, "text": f"第{number}条记录"} for number in range(8_000)]
    text = json.dumps(sorted(rows, key=lambda row: str(row["text"])), ensure_ascii=False).encode()
    hashlib.sha256(zlib.decompress(zlib.compress(text))).digest()


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def effort(work: Callable[[], object]) -> float:
    """CPU time of some work in units of a fixed piece of work (about 10 ms in 2026).

    Limits are told in this unit with a margin of ten and more: they are to notice work that grows
    with the square of its input, not a machine that is slow today.
    """
    around = [_cpu_seconds(_fixed_work) for _ in range(3)]
    spent = _cpu_seconds(work)
    around += [_cpu_seconds(_fixed_work) for _ in range(3)]
    return spent / sorted(around)[2]
