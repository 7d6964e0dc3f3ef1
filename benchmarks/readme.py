"""Write the README's tables from the committed results: `python -m benchmarks.readme [--check]`."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from benchmarks.machine import RESULTS, ROOT

README = ROOT / "README.md"


def hot_path(result: dict[str, Any]) -> str:
    lines = [_where(result), ""]
    for clip in result["clips"]:
        lines += [
            f"`{clip['clip']}`, medians of {result['rounds']} interleaved rounds; ours reaches **{clip['of_roofline']:.2f}** of the "
            f"decode+detect roofline (by CPU time {clip['of_roofline_cpu']:.2f}):",
            "",
            "| arm | frames/s | CPU-ms/frame | ours is … × faster | with … × less CPU |",
            "|---|---|---|---|---|",
        ]
        for name, arm in clip["arms"].items():
            ratios = (
                f"{arm['matthan_faster']:.2f} | {arm['matthan_less_cpu']:.2f}"
                if name.startswith("track()")
                else "– | –"
            )
            lines.append(f"| {name} | {arm['fps']:.1f} | {arm['cpu_ms']:.2f} | {ratios} |")
        lines.append("")
    return "\n".join(lines)


def agreement(result: dict[str, Any]) -> str:
    lines = [
        "458 pictures (photographs and frames of 8 clips), same weights, against Ultralytics on torch f32: boxes with confidence ≥ 0.25 "
        "that the other side has too, same class, IoU ≥ 0.9 and confidence within ± 0.02.",
        "",
        "| OpenVINO | of theirs, found by us | of ours, found by them | both |",
        "|---|---|---|---|",
    ]
    for name, arm in result.items():
        if isinstance(arm, dict) and "share" in arm:
            theirs, ours = arm["of_theirs"], arm["of_ours"]
            lines.append(f"| {name} | {theirs[0]}/{theirs[1]} | {ours[0]}/{ours[1]} | {arm['share']:.1%} |")
    if "note" in result:
        lines += ["", result["note"]]
    return "\n".join([*lines, ""])


def tracking(result: dict[str, Any]) -> str:
    speed = result["frames_per_second_at_20_objects"]
    rates = list(result["rates"])
    lines = [
        "HOTA / IDF1 / MOTA (`trackers.eval`), mean of 8 MOTChallenge sequences: 4 with public detections, 4 with detections imitated "
        "from the ground truth. Ours has one setting in seconds for all rates; each baseline is shown at the best of several settings.",
        "",
        f"| tracker | {' | '.join('full rate' if rate == 'full' else rate for rate in rates)} | frames/s, 20 objects, one core |",
        f"|---|{'---|' * len(rates)}---|",
    ]
    for name in result["rates"]["full"]:
        means = [result["rates"][rate][name]["mean"] for rate in rates]
        cells = " | ".join(" / ".join(f"{mean[metric]:.1f}" for metric in ("HOTA", "IDF1", "MOTA")) for mean in means)
        fps = speed.get(name.split(" ")[0])
        lines.append(f"| {name} | {cells} | {f'{fps:,.0f}' if fps else ''} |")
    return "\n".join([*lines, ""])


def scenarios(result: dict[str, Any]) -> str:
    runs = {(run["noise"], run["fps"]): {row["kind"]: row for row in run["kinds"]} for run in result["runs"]}
    heads = [f"{noise}, {fps:g} fps" for noise, fps in runs]
    plays = sum(result["library"].values())
    lines = [
        f"F1 and alerts per true event on {plays} simulated plays × {len(result['seeds'])} seeds, written from the design alone by "
        "somebody who had not read the rules; `python -m benchmarks.scenarios` repeats it.",
        "",
        f"| kind | {' | '.join(heads)} |",
        f"|---|{'---|' * len(heads)}",
    ]
    for kind in next(iter(runs.values())):
        cells = [f"{run[kind]['f1']['value']:.3f} / {run[kind]['alerts_per_event']:.2f}" for run in runs.values()]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def eventless(result: dict[str, Any]) -> str:
    hours, rate = result["hours"], result["per_camera_hour"]
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(result["by_kind"].items())) or "none"
    return (
        f"False alarms on {sum(hours.values()):.0f} simulated hours of ordinary street life ({', '.join(f'{h:.0f} h {d}' for d, h in hours.items())}; "
        f"{result['noise']} noise, every kind on): **{result['false_alarms']}** ({told}) = {rate['value']:.3f} per camera-hour, "
        f"95 % interval {rate['low']:.3f}–{rate['high']:.3f}; `python -m benchmarks.eventless` repeats it.\n"
    )


def _where(result: dict[str, Any]) -> str:
    machine = result["machine"]
    versions = ", ".join(
        f"{k} {v}" for k, v in machine["versions"].items() if k in {"openvino", "ultralytics", "torch"}
    )
    return (
        f"YOLO11n, longer side 640, {machine['cores']} cores of {machine['cpu']}; {versions}. "
        "`track()` runs torch in f32, or its own OpenVINO export; every arm has the same weights."
    )


TABLES = {
    "hot_path": hot_path,
    "agreement": agreement,
    "tracking": tracking,
    "scenarios": scenarios,
    "eventless": eventless,
}


def written(text: str) -> str:
    """The README with every table as the results have it."""
    for name, table in TABLES.items():
        path = RESULTS / f"{name}.json"
        if path.exists():
            body = table(json.loads(path.read_text()))
            text = re.sub(
                f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m, b=body: f"{m[1]}{b}{m[2]}", text, flags=re.S
            )
    return text


def main() -> None:
    text = README.read_text()
    new = written(text)
    if "--check" in sys.argv and new != text:
        raise SystemExit("README.md: its tables are not those of benchmarks/results; run `make readme`")
    README.write_text(new)


if __name__ == "__main__":
    main()
