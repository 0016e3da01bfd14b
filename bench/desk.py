"""The pages of a desk over a whole nation: how long they take and how much they weigh.

BENCH_FOLDER names a data folder that was filled before; else a nation of 8,317 agencies and 20,000 responses
is made, which takes minutes. Each page is asked for 30 times, through the application without a network; the
slowest answers are those for which nothing was kept.
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from flask.testing import FlaskClient

from surveyapp.app import create_app
from surveyapp.services.demo import PASSWORD
from surveyapp.services.installation import Installation
from surveyapp.settings import Settings

TIMES = 30
PAGES = (
    ("tt001", "/desk/"),
    ("tt001", "/desk/2569/TT001"),
    ("tt001", "/desk/2569/TT001/links"),
    ("tt001", "/desk/2569/TT001/codes"),
    ("tt001", "/desk/2569/TT001/numbers"),
    ("tt001", "/desk/2569/TT001/checklist"),
    ("tt001", "/desk/2569/TT001/checklist.xlsx"),
    ("tt001", "/desk/2569/TT001/approval"),
    ("tt001", "/desk/2569/TT001/poster-eit.pdf"),
    ("tt001", "/account"),
    ("head", "/desk/"),
    ("head", "/desk/2569/TT001/approval"),
    ("supervisor", "/board/?q=TT0"),
    ("supervisor", "/board/2569/TT001"),
    ("national", "/board/"),
    ("national", "/board/?sort=-iit&need=behind"),
    ("national", "/board/2569/board.xlsx"),
    ("national", "/people/"),
    ("national", "/people/?q=TT0"),
    ("national", "/people/invite"),
    ("national", "/admin/rounds"),
    ("national", "/admin/rounds/2569"),
    ("national", "/admin/roster"),
    ("national", "/admin/roster?q=TT0"),
    ("national", "/admin/roster/template.xlsx"),
    ("national", "/admin/journal"),
    ("assessor", "/review/"),
    ("assessor", "/review/2569/TT001"),
    (None, "/"),
    (None, "/results/"),
    (None, "/results/2569"),
    (None, "/results/2569?page=20"),
    (None, "/results/2569/TT001"),
)


def desk(folder: Path) -> None:
    """Print the middle, the 95th and the 100th percentile of every page, and what it weighs compressed."""
    named = os.environ.get("BENCH_FOLDER")
    where = Path(named) if named else _nation(folder / "nation")
    app = create_app(Settings(f"sqlite:///{where / 'surveyapp.db'}", "k" * 40, "http://127.0.0.1", where, 0))
    app.config["WTF_CSRF_ENABLED"] = False
    print(f"{'page':48}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}{'CPU p50':>9}{'KB gzip':>9}")
    for name, path in PAGES:
        client = app.test_client()
        if name:
            client.post("/sign-in", data={"name": name, "password": PASSWORD})
        _measure(client, f"{name or 'anybody'} {path}", path)
    app.extensions["errands"](Installation).store.database.close()


def _measure(client: FlaskClient, name: str, path: str) -> None:
    took, cpu, size = [], [], 0
    for _ in range(TIMES):
        begun, busy = time.perf_counter(), time.process_time()
        answer = client.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
        assert answer.status_code in (200, 303), (name, answer.status_code)
        size = len(gzip.compress(answer.data))
    took.sort()
    p95 = took[int(TIMES * 0.95)]
    middle, busy = statistics.median(took), statistics.median(cpu)
    print(f"{name:48}{middle:9.0f}{p95:9.0f}{took[-1]:9.0f}{busy:9.0f}{size / 1024:9.1f}", flush=True)


def _nation(folder: Path) -> Path:
    words = ["demo", "--year", "2569", "--agencies", "8317", "--responses", "20000"]
    environment = {**os.environ, "SURVEYAPP_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "surveyapp", *words], env=environment, check=True, capture_output=True)
    return folder
