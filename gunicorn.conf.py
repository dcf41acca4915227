"""How gunicorn runs the service: ``gunicorn -c gunicorn.conf.py server.main:app``."""

import ctypes
import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from server.logs import configuration

bind = f":{os.environ.get('PORT', '8080')}"
# One process: a second would double the memory of a retrain. Threads wait for Google most of their time.
workers = 1
worker_class = "gthread"
# A row takes 0.3 s at Google and 5 ms here. 32 who score at once get 67 rows a second of 32 threads, 43 of 16,
# 12 of 4 (make bench ONLY=concurrency); long calls hold a thread for up to 45 s beside them.
threads = 32
# One thread for the arithmetic of a training: those of OpenMP wait for one another by spinning, which takes the
# processor from the rows that are scored meanwhile, and on a busy instance ten times as long.
raw_env = ["OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"]
# A retrain's thread outlives its request; gunicorn must not take a busy worker for a hung one.
timeout = 0
graceful_timeout = 20
keepalive = 75
# The worker's sign of life is a file: in memory, as there may be no disk that can be written.
_MEMORY_DISK = "/dev/shm"  # noqa: S108 - gunicorn makes the file under a name of chance, and deletes that at once
worker_tmp_dir = _MEMORY_DISK if os.access(_MEMORY_DISK, os.W_OK) else None
# It would be a file in the home directory, and Google's file systems are read-only.
control_socket_disable = True
# Requests hold customers' data: only what the service logs itself is logged.
accesslog = None
logconfig_dict = configuration()

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""Parameters of mallopt(3), as malloc.h numbers them."""


def post_worker_init(_worker: object) -> None:
    """Look for garbage seldom, and give memory back.

    An answer of Google is up to 100,000 objects, of which none is a cycle: a quarter of the time for 1,500 rows
    went into looking at them again and again. And glibc keeps what a training needed, in an arena for
    each thread, so that the next one needed more beside it; arrays above 1 MiB go back at once now.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, 1 << 20)
