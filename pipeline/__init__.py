"""Mắt Thần: from camera pictures to reviewable, evidence-backed events.

The way of a frame, and the file that decides each step:

    streams/ ──frames──▶ detectors/ ──detections──▶ flow.Lane ──events──▶ sinks/outbox ──▶ sinks/{jsonl,kafka,…}
                                                      │                        │
                                     trackers/ ─▶ scene ─▶ rules/          evidence/ (stills, as updates)

Live, `live/` puts a process per camera, the gate and the mailbox before the detector; its own picture is there.
`analyse` (files), `archive/` (many of them) and `replay` (recorded detections) drive the same lanes. Read `flow.py`
first. What goes over the wire is in `wire/`; `cases/` is a consumer that knows nothing else. `cluster/` spreads live
cameras over machines; `ask/` compares runs and answers what was seen in them; `report/` writes pages about them.
Traffic: `calibrate/` relates pixels to metres, `conflicts.py` and `encounters.py` find near misses in trajectories,
`blackspots/` ranks the places where they happen.
"""

import os
import sys

# Nothing that runs in a police network reports to a library's maker: OpenVINO sends usage data at
# import; NNCF and Ultralytics have code for it.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
os.environ.setdefault("YOLO_OFFLINE", "true")
