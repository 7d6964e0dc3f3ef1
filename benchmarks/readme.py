"""Write the tables of the README and of the model card from the committed results: `python -m benchmarks.readme [--check]`."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from scipy.stats import binom

from benchmarks.machine import RESULTS, ROOT
from benchmarks.scenarios import GOALS

PAGES = (ROOT / "README.md", ROOT / "models" / "README.md", ROOT / "models" / "train" / "README.md")
SHOWN_RUNS = (("clean", 5.0), ("realistic", 5.0), ("realistic", 10.0))


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
    parts = result["parts"]
    runs = {part: {(run["noise"], run["fps"]): run["kinds"] for run in told["runs"]} for part, told in parts.items()}
    plays = {part: sum(told["library"].values()) for part, told in parts.items()}
    lines = [
        f"F1 on simulated plays, {len(result['seeds'])} performance(s) of each: noise-free at 5 fps / realistic noise at 5 fps / at 10 fps. First to sixth were written from the design "
        "alone by authors who had not read the rules, and were looked at while the rules were repaired; informed was written by one who had read the rules and aimed at "
        f"their weak spots. `{result['command']}` repeats it; `matthan simulate --list` lists the plays.",
        "",
        f"| kind | goal with noise | {' | '.join(f'{part} ({count} plays)' for part, count in plays.items())} |",
        f"|---|---|{'---|' * len(parts)}",
    ]
    for kind, goal in GOALS.items():
        cells = [" / ".join(_f1(told[run], kind) for run in SHOWN_RUNS) for told in runs.values()]
        lines.append(f"| {kind} | {goal:.2f} | {' | '.join(cells)} |")
    most = max(row["alerts_per_event"] or 0 for told in runs.values() for run in told.values() for row in run)
    return "\n".join([*lines, "", f"Alerts per true event: {most:.2f} at most in any part and kind.", ""])


def traffic_plays(result: dict[str, Any]) -> str:
    told = result["parts"]["first"]
    runs = {f"{run['noise']}, {run['fps']:g} fps": {row["kind"]: row for row in run["kinds"]} for run in told["runs"]}
    lines = [
        f"Rules of traffic on {sum(told['library'].values())} plays written from the design alone by somebody who had not read the rules, {len(result['seeds'])} performances of each: "
        "precision / recall / F1. After the very first runs an absence no longer ended a conduct, a conflict by PET got the time of the PET, and boxes cut by the side of the picture or hidden no longer "
        "counted; before that F1 at 5 fps with noise was 0.89 (conflict), 0.63, 0.99, 0.91, 0.93 and 0.86. What is left: tracks that break at the moment that matters, and, at 10 fps, cyclists abreast who seem to swerve.",
        "",
        f"| kind | {' | '.join(runs)} |",
        f"|---|{'---|' * len(runs)}",
    ]
    for kind in sorted(next(iter(runs.values()))):
        cells = [
            " / ".join(f"{row[kind][name]['value']:.2f}" for name in ("precision", "recall", "f1"))
            for row in runs.values()
        ]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"`{result['command']}`", ""])


def _f1(rows: list[dict[str, Any]], kind: str) -> str:
    return next((f"{row['f1']['value']:.2f}" for row in rows if row["kind"] == kind), "–")


def held_out(result: dict[str, Any]) -> str:
    columns = [(part, run, rows) for part, told in result["sets"].items() for run, rows in told["f1"].items()]
    lines = [
        "F1 of the very first run on each blind set but the first, before anybody who works on the rules had seen the plays:",
        "",
        f"| kind | {' | '.join(f'{part}: {run}' for part, run, _ in columns)} |",
        f"|---|{'---|' * len(columns)}",
    ]
    lines += [
        f"| {kind} | {' | '.join(f'{rows[kind]:.2f}' if kind in rows else '–' for _, _, rows in columns)} |"
        for kind in GOALS
    ]
    return "\n".join([*lines, "", *(f"{kind}: {note}." for kind, note in result["notes"].items()), ""])


def delivery(result: dict[str, Any]) -> str:
    lines = [
        f"{result['events']:,} events of {result['bytes_per_event']} bytes, {result['machine']['cores']} cores of {result['machine']['cpu']}, {result['broker']} on the same machine "
        "(one broker, acks=all, idempotent, gapless), medians of interleaved rounds, `python -m benchmarks.delivery`:",
        "",
        "| arm | events/s | CPU-µs/event |",
        "|---|---|---|",
        *(f"| {arm['arm']} | {arm['events_per_s']:,} | {arm['cpu_us_per_event']:.1f} |" for arm in result["arms"]),
    ]
    return "\n".join([*lines, ""])


def chaos(result: dict[str, Any]) -> str:
    return (
        f"`make chaos EVENTS={result['events']} KILLS={result['kills'] // 2}`: {result['events']:,} events of two producers on one outbox, while the broker was killed (-9) "
        f"{result['broker_kills']} times and hung {result['broker_pauses']} times and producers were killed (-9) {result['producer_kills']} times: **{result['lost']} lost, "
        f"{result['doubled']} doubled, {result['reordered']} reordered** after dropping {result['repeats']} repeats.\n"
    )


def outage(result: dict[str, Any]) -> str:
    absent, present = result["phases"][0], result["phases"][-1]
    return (
        f"Broker absent from the start and for {absent['seconds'] / 60:.0f} minutes at {result['events_per_s']} events/s: a frame takes {absent['median_ms']:.2f} ms from detections to "
        f"stored events ({absent['p99_ms']:.2f} at the 99th percentile), with the broker there {present['median_ms']:.2f} ({present['p99_ms']:.2f}); the process grew by "
        f"{result['rss_growth_absent_mib']:.1f} MiB; all {result['delivery']['arrived']:,} events arrived, {result['delivery']['lost']} lost, {result['delivery']['reordered']} reordered. "
        "`python -m benchmarks.outage`\n"
    )


def soak(result: dict[str, Any]) -> str:
    lines = [
        f"640×360 H.264 at 25 fps over RTSP (GStreamer's server on the same machine), analysed at 5 fps; YOLO11n, "
        f"longer side 640, bf16; {result['machine']['cores']} cores of {result['machine']['cpu']}. "
        "`let through` is the share of looked-at pictures that the gate passed on; `replaced` are those of them that a newer one "
        "replaced before their turn; `delay` is from capture to stored.",
        "",
        "| footage | cameras | minutes | looked at/s | let through | detected/s | delay p50 | p99 | replaced | least–most of a camera | cores | memory growth |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    names = {
        "half_an_hour": "a tenth of it busy",
        "tenth": "a tenth of it busy",
        "fifth": "a fifth of it busy",
        "overload": "busy streets",
    }
    for part in ("half_an_hour", "tenth", "fifth", "overload"):
        for run in result.get(part, []):
            lines.append(
                f"| {names[part]} | **{run['cameras']}** | {run['seconds'] / 60:.0f} | {run['analysed_fps']:.0f} | {run['let_through']:.0%} "
                f"| {run['detected_fps']:.0f} | {run['p50_s']:.2f} s | **{run['p99_s']:.2f} s** | {run['dropped']} ({run['dropped_share']:.1%}) "
                f"| {run['least_to_mean']:.2f}–{run['most_to_mean']:.2f} | {run['ward_cores']:.2f} | {run['rss_growth_pct']:+.1f} % |"
            )
    return "\n".join([*lines, ""])


def failover(result: dict[str, Any]) -> str:
    back = result["back_s"]
    return (
        f"`{result['command']}`: {result['cameras']} cameras (real footage, YOLO11n) on two machines of a Ray cluster, both on one machine of "
        f"{result['machine']['cores']} cores; all processes of one machine were killed (-9) at once, {result['kills']} times, and a new one started. "
        f"All its cameras were analysed elsewhere after **{back['least']:.0f}–{back['most']:.0f} s** (median {back['median']:.0f}). In Kafka, of "
        f"{result['expected']:,} messages of {result['outboxes']} outboxes: **{result['lost']} lost, {result['doubled']} doubled**, "
        f"{result['reordered']} reordered, {result['repeats']} sent twice; {result['left_open']} events left open, "
        f"{result['watched_twice']} told by two shards at once.\n"
    )


def gate(result: dict[str, Any]) -> str:
    total = result["total"]
    lines = [
        f"The gate against every sampled picture detected, on the same footage with every rule at its most eager: **{total['kept']} of "
        f"{total['events']}** events kept, {total['more']} others.",
        "",
        "| footage | looked at | detector calls | fewer | events | kept |",
        "|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        lines.append(
            f"| {row['footage']} | {row['looked']} | {row['calls_off']} → {row['calls_on']} | {row['calls_off'] / row['calls_on']:.1f} × "
            f"| {row['events']} | {row['kept']} |"
        )
    return "\n".join([*lines, ""])


def rules(result: dict[str, Any]) -> str:
    lines = [
        f"CPU-µs per frame, one thread, all 13 kinds on, {result['machine']['cores']} cores of {result['machine']['cpu']}; the goal is 200 for scene and rules together at 20 objects:",
        "",
        "| objects | frames/s | tracker | scene | rules | scene + rules |",
        "|---|---|---|---|---|---|",
    ]
    for run in result["runs"]:
        both = run["scene"] + run["rules"]
        lines.append(
            f"| {run['objects']} | {run['fps']:g} | {run['tracker']:.0f} | {run['scene']:.0f} | {run['rules']:.0f} | {both:.0f} |"
        )
    return "\n".join([*lines, ""])


def eventless(result: dict[str, Any]) -> str:
    hours, rate = result["hours"], result["per_camera_hour"]
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(result["by_kind"].items())) or "none"
    return (
        f"False alarms on {sum(hours.values()):.0f} simulated hours of ordinary street life ({', '.join(f'{h:.0f} h {d}' for d, h in hours.items())}; "
        f"{result['noise']} noise, every kind on): **{result['false_alarms']}** ({told}) = {rate['value']:.3f} per camera-hour, "
        f"95 % interval {rate['low']:.3f}–{rate['high']:.3f}; `{result['command']}` repeats it.\n"
    )


def rates(result: dict[str, Any]) -> str:
    plays = sum(counts["plays"] for counts in result["kinds"].values())
    apart = result["apart"]
    told = "; ".join(f"`{name}`: {difference}" for name, difference in apart.items())
    return (
        f"Without noise, {plays - len(apart)} of the {plays} plays give the same events at 5, 10 and 25 frames a second, "
        f"begun and told within one period of the slowest rate; `{result['command']}` repeats it. Apart: {told or 'none'}.\n"
    )


def conflicts(result: dict[str, Any]) -> str:
    shared, speed = result["shared"], result["speed"]
    following, crossing, planar = shared["sumo_following"], shared["sumo_crossing"], shared["planar"]
    lines = [
        f"`{result['command']}`: a motorbike-mixed junction simulated with Eclipse SUMO, and {len(result['new'])} new ones.",
        "",
        "| compared | pairs | within | farthest off |",
        "|---|---|---|---|",
        f"| least TTC, all pairs, with a planar reference | {planar['ttc']['pairs']} | {planar['ttc']['within_0.02_s']:.1%} within 0.02 s | {planar['ttc']['most_s']:.3f} s |",
        f"| PET, all pairs, with a planar reference | {planar['pet']['pairs']} | {planar['pet']['within_0.1_s']:.1%} within 0.1 s | {planar['pet']['most_s']:.3f} s |",
        f"| least TTC of straight following, with SUMO | {following['pairs']} | {following['pairs_within_0.1_s']:.1%} within 0.1 s | {following['pairs_most_s']:.3f} s |",
        f"| PET of straight crossings, with SUMO | {crossing['pairs']} | {crossing['within_0.2_s']:.1%} within 0.2 s | {crossing['most_s']:.3f} s |",
    ]
    for one in result["new"]:
        lines += [
            f"| legs at {', '.join(str(leg) for leg in one['legs_deg'])}°: following, with SUMO | {one['sumo_following']['pairs']} | {one['sumo_following']['pairs_within_0.1_s']:.1%} within 0.1 s | {one['sumo_following']['pairs_most_s']:.3f} s |",
            f"| … crossings, with SUMO | {one['sumo_crossing']['pairs']} | {one['sumo_crossing']['within_0.2_s']:.1%} within 0.2 s | {one['sumo_crossing']['most_s']:.3f} s |",
        ]
    worst = max(
        [following["drac_relative_p95"], *(one["sumo_following"]["drac_relative_p95"] for one in result["new"])]
    )
    return "\n".join([
        *lines, "",
        "Where legs meet at 60° SUMO takes the ground where its lanes would cross at right angles, we the ground that is swept: there the two are not the same quantity.", "",
        f"DRAC of straight following is within {worst:.1%} of SUMO's at the 95th percentile. TTC: {speed['ttc_pair_instants_per_cpu_s'] / 1e6:.1f} million pairs a second and core; "
        f"a junction of {speed['road_users']} road users in 10 minutes takes {speed['cpu_s_of_1']:.0f} CPU-s, four times as long {speed['cpu_s_of_4']:.0f}.", "",
    ])  # fmt: skip


def motion(result: dict[str, Any]) -> str:
    lines = [
        f"`{result['command']}`: junctions of mixed traffic filmed by the simulator's camera (8 m high, 10 fps), boxes with the faults of a detector, our tracker, metric trajectories, the rule `conflict`; within 40 m of the camera. Recall of the conflicts that could be seen; precision among all there were:",
        "",
        "| junction | legs at | noise | road users | place, median (p90) | beyond 30 m | speed, median (p90) | conflicts | F1 of the trajectories | the rule: precision | recall | F1 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        lines.append(
            f"| {row['seed']} | {', '.join(str(leg) for leg in row['legs_deg'])}° | {row['noise']} | {row['road_users']} | {row['position_median_m']:.2f} m ({row['position_p90_m']:.2f}) "
            f"| {row['position_median_beyond_30_m']:.2f} m | {row['speed_median']:.1%} ({row['speed_p90']:.1%}) | {row['conflicts']} | {row['f1']:.2f} | {row['rule']['precision']:.2f} | {row['rule']['recall']:.2f} | **{row['rule']['f1']:.2f}** |"
        )
    rows = result["rows"]
    (_, _, ways), (precision, recall, rule) = _pooled(rows, rows), _pooled(rows, [row["rule"] for row in rows])
    count = sum(row["conflicts"] for row in rows)
    lines.append(f"| all |  |  |  |  |  |  | {count} | {ways:.2f} | {precision:.2f} | {recall:.2f} | **{rule:.2f}** |")
    return "\n".join([*lines, ""])


def _pooled(rows: list[dict[str, Any]], tellers: list[dict[str, Any]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of all junctions as one."""
    told, there = (sum(row[of] for row in those) for those, of in ((tellers, "told"), (rows, "conflicts")))
    precision = sum(teller["precision"] * teller["told"] for teller in tellers) / told
    recall = sum(teller["recall"] * row["conflicts"] for teller, row in zip(tellers, rows, strict=True)) / there
    return precision, recall, 2 * precision * recall / (precision + recall)


def blackspots(result: dict[str, Any]) -> str:
    lines = [
        f"`{result['command']}`: cities of 300 sites whose risks are known, ten of them black spots; how many of these are among the first ten, mean of the replicates:",
        "",
        "| a black spot's risk | median incidents | by counts | by rates | empirical Bayes | an oracle | better than rates (95 %) |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in result["ranking"]:
        share, (low, middle, high) = row["precision_at_10"], row["better_than_rates"]
        lines.append(
            f"| × {row['contrast']} | {row['median_count']} | {share['counts']:.2f} | {share['rates']:.2f} | **{share['empirical Bayes']:.2f}** "
            f"| {share['oracle']:.2f} | {middle:+.3f} ({low:+.3f} to {high:+.3f}) |"
        )
    lines += [
        "",
        "| promised | planted risk, median incidents | replicates | found | bounds (95 %) |",
        "|---|---|---|---|---|",
    ]
    for row in result["intervals"]:
        lines.append(f"| 95 % intervals hold the true rate | × {row['contrast']}, {row['median_count']} | {row['replicates']} | **{row['share']:.1%}** (all sites {row['of_all_sites']:.1%}) "
                     f"| {row['bounds'][0]:.1%}–{row['bounds'][1]:.1%} |")  # fmt: skip
    runs = result["nothing_done"]
    for row in runs:
        lines.append(f"| nothing was done at the ten worst: a change is found in 5 % | × {row['contrast']}, {row['median_count']} | {row['replicates']} | **{row['share']:.1%}** (all ten {row['of_all_treated']:.1%}; plain counts {row['plain_counts_find']:.1%}) "
                     f"| {row['bounds'][0]:.1%}–{row['bounds'][1]:.1%} |")  # fmt: skip
    trials = sum(row["replicates"] for row in runs)
    share = sum(row["share"] * row["replicates"] for row in runs) / trials
    low, high = (bound / trials for bound in binom.interval(0.95, trials, 0.05))
    lines.append(f"| the same, all runs as one |  | {trials} | **{share:.1%}** | {low:.1%}–{high:.1%} |")
    scale = ", ".join(
        f"{row['conflicts'] / 1e6:g} million in {row['wall_s']:.0f} s and {row['most_gib']:.1f} GiB"
        for row in result["scale"]
    )
    real = result["bangkok"]
    return "\n".join([
        *lines, "", f"Conflicts of 1,000 cameras read from Parquet, placed, ranked and drawn anew 200 times: {scale}.", "",
        f"Bangkok 2025, {real['records']:,} crash records without traffic counts: {real['places']} places with a median radius of {real['median_radius_m']:.0f} m hold {real['in_places']:,}; with days drawn anew "
        f"the first ten overlap by {real['jaccard_first_ten'][0]:.2f} (Jaccard, 95 %: {real['jaccard_first_ten'][1]:.2f}–{real['jaccard_first_ten'][2]:.2f}): such a list says little about which ten are worst. Another author's {real['his_hot_spots']} "
        f"hot spots (DBSCAN, 750 m, at least 4) chain along motorways: his first holds {real['his_largest_holds']:,} records; {real['his_first_ten_within_750_m_of_our_first_ten']} of his first ten lie within 750 m of one of ours.", "",
    ])  # fmt: skip


def _where(result: dict[str, Any]) -> str:
    machine = result["machine"]
    versions = ", ".join(
        f"{k} {v}" for k, v in machine["versions"].items() if k in {"openvino", "ultralytics", "torch"}
    )
    return (
        f"YOLO11n, longer side 640, {machine['cores']} cores of {machine['cpu']}; {versions}. "
        "`track()` runs torch in f32, or its own OpenVINO export; every arm has the same weights."
    )


def archive_speed(result: dict[str, Any]) -> str:
    names = {
        "busy": "busy streets",
        "tenth": "somebody in view for a tenth of the time",
        "shadows": "nobody in view, shadows move",
        "empty": "an empty room",
    }
    lines = [
        f"`python -m benchmarks.archive_speed --write`: four files, 640×360 at 25 fps, five pictures a second analysed with YOLO11n, {result['empty']['machine']['cores']} cores; every arm is a command "
        "of its own, with its start and the loading of the model. *decode* decodes every picture and does nothing else, *detect* decodes every picture and detects in every fifth.",
        "",
        "| footage | arm | × real time | CPU-ms per analysed picture |",
        "|---|---|---|---|",
    ]
    for kind, name in names.items():
        for arm, times in result[kind]["times_real_time"].items():
            shown_times = f"**{times:.1f}**" if arm == "archive" else f"{times:.1f}"
            shown = "`matthan archive`, all it does" if arm == "archive" else arm
            lines.append(f"| {name} | {shown} | {shown_times} | {result[kind]['cpu_ms_per_analysed_frame'][arm]:.2f} |")
    for arm, told in result["beside"].items():
        if arm.startswith("track,"):
            lines.append(
                f"| busy streets, shorter | Ultralytics `track()`{arm[5:]}; `archive` is {told['archive_faster']:.2f} × faster beside it | "
                f"{told['times_real_time']:.1f} | {told['cpu_ms_per_analysed_frame']:.2f} |"
            )
    busy, empty = result["busy"], result["empty"]
    lines += ["", f"`archive` reaches {busy['of_detect_ceiling']:.2f} of the decode+detect ceiling on busy streets and {empty['of_decode_ceiling']:.2f} of the decode "
              "ceiling in an empty room (medians of interleaved rounds); what serves no sample it does not decode. "
              f"The empty room was measured on another processor ({empty['machine']['cpu']}) than the rest ({busy['machine']['cpu']}): "
              "compare within a kind of footage only.", ""]  # fmt: skip
    return "\n".join(lines)


def archive_skim(result: dict[str, Any]) -> str:
    told = [
        f"in {name} {kind['faster']:.1f} × faster again ({kind['skip_times_real_time']:.0f} × real time), {kind['lost']} of {kind['events']} events lost, "
        f"{kind['moved_over_1_s']} moved by more than a second"
        for name, kind in (
            ("an empty room", result["empty"]),
            ("one into which shadows fall", result["shadows"]),
            ("one with somebody in view for a tenth of the time", result["tenth"]),
        )
    ]
    return f"`--skip-calm` (`{result['command']}`, whoever is in view for two seconds makes an event): {'; '.join(told)}.\n"


def archive_judge(result: dict[str, Any]) -> str:
    names = {
        "tenth": "somebody in view for a tenth of the time",
        "fifth": "for a fifth",
        "busy": "a busy street (two hours of it)",
    }
    lines = [
        f"`{result['command']}`: a day of one camera judged again on one core, events and all.",
        "",
        "| the day | from detections (another tracker) | from stored tracks (another rule) | µs per row of time |",
        "|---|---|---|---|",
    ]
    for kind, name in names.items():
        first, second = result[kind]["from_detections"], result[kind]["from_tracks"]
        lines.append(
            f"| {name} | {first['times_real_time']:,} × real time | **{second['times_real_time']:,} ×** ({second['wall_s']:.0f} s) | {second['us_per_frame']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def archive_check(result: dict[str, Any]) -> str:
    live = result["live"]
    return (
        f"`{result['command']}`: one small archive by one worker, by two, over two machines of a Ray cluster, killed (-9) {result['killed_times']} times and begun again, with "
        f"another rule and the footage gone, by `matthan replay`: **the same events, byte for byte where they are told twice: {'yes' if result['equal'] else 'no'}**. A live run over RTSP "
        f"of the same footage: the same kinds, zones and counts, times at most {live['apart_s']:.2f} s apart (a picture every 0.2 s).\n"
    )


def archive_files(result: dict[str, Any]) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in result["kinds"].items() if kind != "good")
    return (
        f"`{result['command']}`: {result['files']:,} files of ten cameras, {result['bad']} of them bad ({kinds}): ended with {result['exit']}, "
        f"{len(result['said_otherwise'])} told otherwise than expected, {len(result['not_in_the_report'])} missing in the report; memory of all processes "
        f"{result['most_mb_first_half']} MB in the first half, {result['most_mb_second_half']} MB in the second.\n"
    )


def detector(result: dict[str, Any]) -> str:
    lines = [
        f"`{result['command']}`: average precision (IoU 0.5; 0.5 to 0.95), mean over the classes that a set labels, on pictures that matthan-n was not trained on; both models see them as the product shows them (OpenVINO, f32, 640 px).",
        "",
        "| set | YOLO11n | matthan-n | of YOLO11n's AP50 |",
        "|---|---|---|---|",
    ]
    for name, own in result["sets"].items():
        theirs, ours = (f"{own[model]['ap50']:.3f}; {own[model]['ap50_95']:.3f}" for model in ("yolo11n", "matthan-n"))
        lines.append(f"| {name} ({own['images']}) | {theirs} | {ours} | **{own['share_of_yolo11n_ap50']:.0%}** |")
    clips = "; ".join(
        f"{name} {own['share_found']:.0%} found, {own['share_extra']:.0%} extra"
        for name, own in result["clips"].items()
    )
    lines += ["", f"Street clips, persons and vehicles taller than 40 px that YOLO11n finds: {clips}.", "",
              f"By the longer side of the input, AP50 on the two sets as they are and processor time a picture of 16:9 that fills it, one thread ({result['machine']['cpu']}):", "",
              "| input | YOLO11n | matthan-n | faster |", "|---|---|---|---|"]  # fmt: skip
    for side, own in result["inputs"].items():
        theirs, ours = (
            f"{own[model]['street val']:.3f}; {own[model]['COCO val sample']:.3f}; {own[model]['cpu_ms']:.1f} ms"
            for model in ("yolo11n", "matthan-n")
        )
        lines.append(f"| {side} | {theirs} | {ours} | {own['yolo11n']['cpu_ms'] / own['matthan-n']['cpu_ms']:.2f}× |")
    return "\n".join([*lines, ""])


def detector_card(result: dict[str, Any]) -> str:
    lines = [
        f"`{result['command']}` ({result['machine']['cpu']}); AP50 / AP50-95 on OpenVINO, f32, 640 px, of YOLO11n and of matthan-n:",
        "",
        "| class | " + " | ".join(f"{name} ({own['images']})" for name, own in result["sets"].items()) + " |",
        "|---|" + "---|" * len(result["sets"]),
    ]
    for title in ("all", "person", "bicycle", "motorcycle", "car", "bus", "truck"):
        cells = []
        for own in result["sets"].values():
            pair = [
                own[model] if title == "all" else own[model]["classes"].get(title) for model in ("yolo11n", "matthan-n")
            ]
            count = "" if title == "all" or pair[0] is None else f" ({pair[0]['boxes']})"
            told = "; ".join(f"{row['ap50']:.2f} / {row['ap50_95']:.2f}" for row in pair if row)
            cells.append(f"{told}{count}" or "none labelled")
        lines.append(f"| {title} | {' | '.join(cells)} |")
    for size in ("small", "medium", "large"):
        cells = [
            f"{own['yolo11n'][f'ap50_{size}']:.2f}; {own['matthan-n'][f'ap50_{size}']:.2f}"
            for own in result["sets"].values()
        ]
        lines.append(f"| AP50, {size} | {' | '.join(cells)} |")
    lines += [
        "",
        "In brackets: pictures of a set, and boxes of a class. Small is below 32², large above 96² pixels of the picture as it is stored.",
        "",
        "Of two boxes of a class that overlap by more than this (IoU) one is dropped; AP50 of matthan-n, and its boxes on the four street clips together:",
        "",
        "| overlap | street val | COCO val sample | found | extra |",
        "|---|---|---|---|---|",
        *(
            f"| {overlap} | {row['street val']:.3f} | {row['COCO val sample']:.3f} | {row['share_found']:.0%} | {row['share_extra']:.0%} |"
            for overlap, row in result["overlaps"].items()
        ),
        "",
    ]
    return "\n".join(lines)


def detector_epochs(result: dict[str, Any]) -> str:
    lines = [
        f"AP50 after each epoch of the second training, {result['input']} px; of persons in brackets:",
        "",
        "| epoch | street val | COCO val sample |",
        "|---|---|---|",
    ]
    for row in result["epochs"]:
        cells = (
            f"{row[title]['ap50']:.3f} ({row[title]['person']:.3f})" for title in ("street val", "COCO val sample")
        )
        lines.append(f"| {row['epoch']} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


TABLES = {
    "archive_speed": archive_speed,
    "archive_skim": archive_skim,
    "archive_judge": archive_judge,
    "archive_check": archive_check,
    "archive_files": archive_files,
    "conflicts": conflicts,
    "motion": motion,
    "blackspots": blackspots,
    "detector": detector,
    "detector/card": detector_card,
    "detector-epochs": detector_epochs,
    "hot_path": hot_path,
    "agreement": agreement,
    "tracking": tracking,
    "scenarios": scenarios,
    "held_out": held_out,
    "traffic_plays": traffic_plays,
    "rules": rules,
    "eventless": eventless,
    "rates": rates,
    "delivery": delivery,
    "chaos": chaos,
    "outage": outage,
    "soak": soak,
    "gate": gate,
    "failover": failover,
}


def written(text: str) -> str:
    """A page with every table as the results have it."""
    for name, table in TABLES.items():
        path = RESULTS / f"{name.split('/')[0]}.json"
        if path.exists():
            body = table(json.loads(path.read_text()))
            text = re.sub(
                f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m, b=body: f"{m[1]}{b}{m[2]}", text, flags=re.S
            )
    return text


def main() -> None:
    for page in PAGES:
        text = page.read_text()
        new = written(text)
        if "--check" in sys.argv and new != text:
            raise SystemExit(f"{page}: its tables are not those of benchmarks/results; run `make readme`")
        page.write_text(new)


if __name__ == "__main__":
    main()
