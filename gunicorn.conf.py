"""How gunicorn runs the service: ``gunicorn -c gunicorn.conf.py server.main:app``."""

import os

bind = f":{os.environ.get('PORT', '8080')}"
# One process: a second would double the memory of a retrain. Threads wait for Google most of their time.
workers = 1
worker_class = "gthread"
threads = 16
# A retrain's thread outlives its request; gunicorn must not take a busy worker for a hung one.
timeout = 0
graceful_timeout = 20
keepalive = 75
# Requests hold customers' data: only what the service logs itself is logged.
accesslog = None
loglevel = "warning"
