"""Nothing is sent to a library's maker: not when it is imported, not when it is used."""

import subprocess
import sys

from tests.conftest import needs

WATCH = """
import sys
def hook(event, args):
    if event in ("os.fork", "os.posix_spawn", "socket.getaddrinfo", "socket.connect"):
        print("BROKEN SILENCE:", event, args[:2])
sys.addaudithook(hook)
"""


def said(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", WATCH + code], capture_output=True, text=True, check=True, timeout=120)
    return ran.stdout


def test_openvino_reports_nothing():
    assert said("import pipeline.detectors.openvino, time; time.sleep(1)") == ""


def test_openvino_would_report_if_it_were_let():
    """Else the test above guards nothing."""
    sends = "openvino_telemetry.Telemetry('x', '1', 'x', 'ga4', enable_opt_in_dialog=False).send_event('a', 'b', 'c')"
    assert "BROKEN SILENCE" in said(f"import openvino_telemetry, time\n{sends}\ntime.sleep(1)")


def test_ultralytics_reports_nothing():
    needs("ultralytics")
    told = said("import pipeline\nfrom ultralytics.utils.events import events\nprint(events.enabled)")
    assert told.splitlines()[-1] == "False"
    assert "socket" not in told
