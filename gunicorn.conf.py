"""How gunicorn runs the service: ``gunicorn -c gunicorn.conf.py server.main:app``."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from server.logs import configuration

bind = f":{os.environ.get('PORT', '8080')}"
# One process: a second would double the memory of a retrain. Threads wait for Google most of their time.
workers = 1
worker_class = "gthread"
threads = 16
# A retrain's thread outlives its request; gunicorn must not take a busy worker for a hung one.
timeout = 0
graceful_timeout = 20
keepalive = 75
# It would be a file in the home directory, and Google's file systems are read-only.
control_socket_disable = True
# Requests hold customers' data: only what the service logs itself is logged.
accesslog = None
logconfig_dict = configuration()
