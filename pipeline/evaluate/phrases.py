"""The sentences of explanations, Vietnamese and English: conduct that was measured, never what somebody is."""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "event": (
        "sự kiện {id}: {kind}, quy tắc {rule}, khu vực {zone}",
        "event {id}: {kind}, rule {rule}, zone {zone}",
    ),
    "began": ("  bắt đầu {time}, ngày {day}", "  began {time}, on {day}"),
    "opened": ("mở", "opened"),
    "updated": ("cập nhật", "updated"),
    "closed": ("đóng", "closed"),
    "end_of_input": ("bản ghi kết thúc", "the recording ended"),
    "stopped": ("đã dừng", "stopped"),
    "interrupted": ("bị gián đoạn", "interrupted"),
    "shadow": (
        "  quy tắc chạy thử (publish: false): được lưu, không gửi đi",
        "  the rule is in shadow (publish: false): stored, not delivered",
    ),
    "unmeasured": (
        "  loại sự kiện này không có giá trị đo so với ngưỡng",
        "  nothing is measured against a threshold for this event",
    ),
    "measured": ("  khi phát sự kiện, giá trị đo so với ngưỡng:", "  when it fired, measured against the threshold:"),
    "met_since": ("đạt từ {time}", "met since {time}"),
    "not_needed": ("lần này không cần", "not needed this time"),
    "over_time": ("  theo thời gian (* = đạt ngưỡng):", "  over time (* = threshold met):"),
    "map": (
        "bản đồ: ○ thấy lần đầu, ● thấy lần cuối, ★ phát sự kiện",
        "map: ○ first seen, ● last seen, ★ the event fired",
    ),
    "range": ("từ {start} đến {end}", "from {start} to {end}"),
    "watch": ("  quy tắc {rule} ({kind}), tại {zone}", "  rule {rule} ({kind}) in {zone}"),
    "fired": ("    đã phát sự kiện {id} lúc {time}", "    fired: event {id} at {time}"),
    "tracks": ("đối tượng {ids}", "track {ids}"),
    "then": ("sau đó {gauge}", "then {gauge}"),
    "gone": (
        "sau đó vắng mặt hơn {limit} s và không thấy trở lại",
        "then absent for more than {limit} s and not seen there again",
    ),
    "fell": ("sau đó {gauge} lúc {time}", "then back to {gauge} at {time}"),
    "went_on": ("rồi tiếp tục sau khoảng này: {gauge}", "then it went on after the range: {gauge}"),
    "over": ("sau đó không còn đo được từ {time}", "then over at {time}"),
    "end_of_recording": ("rồi bản ghi kết thúc", "then the recording ended"),
    "later": ("rồi phát sự kiện {id} lúc {time}", "then it fired after the range: event {id} at {time}"),
    "cooldown": (
        "mọi ngưỡng đều đạt, nhưng quy tắc tạm nghỉ {seconds} s sau sự kiện lúc {time}",
        "every threshold was met, but the rule held: cooldown of {seconds} s after the event at {time}",
    ),
    "held": (
        "mọi ngưỡng đều đạt, nhưng quy tắc không phát: một điều kiện không đo được đã giữ lại",
        "every threshold was met, but the rule held: a condition that no gauge shows kept it back",
    ),
    "no_frame": (
        "không có khung hình nào được phân tích; bản ghi từ {start} đến {end}",
        "no frame was analysed then; the recording is from {start} to {end}",
    ),
    "asleep": (
        "không khung hình nào trong {frames} khung hình thuộc giờ hoạt động {hours}",
        "none of the {frames} frames is in the active hours {hours}",
    ),
    "nobody": (
        "không thấy đối tượng nào thuộc loại {classes} trong {frames} khung hình",
        "nothing of the classes {classes} was seen in {frames} frames",
    ),
    "outside": (
        "thấy {classes} trong {frames} khung hình, nhưng không lần nào trong khu vực {zone}",
        "{classes} seen in {frames} frames, but never in the zone {zone}",
    ),
    "nothing": (
        "thấy {classes} trong {frames} khung hình, nhưng không có gì để đo",
        "{classes} seen there in {frames} frames, but nothing to measure. {looks_for}",
    ),
}  # fmt: skip
"""Phrase → (Vietnamese, English), for `str.format`."""
