"""How gunicorn serves the app: ``gunicorn -c python:surveyapp.serving``. No access log: it would say who answered when.

The app is built once and then forked, so that the workers share its memory.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from typing import Any

from werkzeug.test import Client

from surveyapp.services.answering import Answering
from surveyapp.services.installation import Installation

worker_class = "gthread"
threads = 8
preload_app = True
loglevel = "error"
graceful_timeout = 5
timeout = 60
keepalive = 2


def pre_fork(_server: Any, _worker: Any) -> None:
    """What is there now is not searched for garbage in the workers, which would copy every page of it.

    Holes that loading left are given back first: whoever wrote into one would copy what stands around it.
    """
    gc.collect()
    _give_back()
    gc.freeze()


def when_ready(server: Any) -> None:
    """Load what every worker would load for itself: words, dates, the forms of open rounds, and what an answer takes.

    Whatever a worker does for the first time, it writes beside what is there already, and so copies it.
    """
    app = server.app.wsgi()
    client = Client(app)
    for language in ("th", "en"):
        client.get(f"/no-such-page?lang={language}")
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith("answering/")):
        app.jinja_env.get_template(name)  # those of the desk wait for somebody at the desk
    errands = app.extensions["errands"]
    try:
        for code in errands(Answering).samples():
            client.get(f"/s/{code}")
            client.get(f"/s/{code}/thanks")
            errands(Answering).rehearse(code)
        client.get("/healthz")
    except Exception as error:  # whoever asks for that page is told; the others are served
        server.log.warning("getting ready went wrong: %s", type(error).__name__)
    finally:
        errands(Installation).let_go()


def _give_back() -> None:
    with suppress(OSError, AttributeError):  # another C library than GNU's keeps its holes
        ctypes.CDLL(None).malloc_trim(0)
