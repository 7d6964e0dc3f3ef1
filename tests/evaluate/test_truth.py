"""Truth files as people and programs write them, and every mistake named with its line."""

from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import InputError
from pipeline.evaluate import truth
from pipeline.evaluate.truth import Truth

TEN = 1_772_370_000.0
"""2026-03-01 13:00:00 UTC, which is 20:00:00 in Hà Tĩnh."""
ROW = Truth("c1", "loitering", TEN, TEN + 90)


def read(tmp_path, *lines, start=None, zone=truth.CITY_TIME, encoding="utf-8", end="\n"):
    path = tmp_path / "truth.x"
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return truth.read(path, zone, start)


@pytest.mark.parametrize(
    "lines",
    [
        ["camera,kind,start,end", "c1,loitering,2026-03-01T13:00:00Z,2026-03-01T13:01:30Z"],
        ["camera,kind,start,end", "c1,loitering,2026-03-01T20:00:00+07:00,2026-03-01T13:01:30.000Z"],
        ["camera,kind,start,end", "c1,loitering,2026-03-01 20:00:00,2026-03-01 20:01:30"],
        ["camera,kind,start,end", "c1,loitering,00:00,01:30"],
        ["camera,kind,start,end", "c1,loitering,0,90"],
        ["camera,kind,start,end", "c1,loitering,00:00:00,00:01:30.000"],
        ["camera;kind;start;end", "c1;loitering;0,0;90,0"],
        ["Camera;Kind;Start;End;Zone;Noise;Light;Note", "c1;Loitering;00:00;01:30;;;;chị Hoa kể"],
        ["end,start,kind,camera", "01:30,00:00,loitering,c1"],
        ["camera;kind;start;end;;", "c1;loitering;0;90;;", ";;;;;", ""],
        ["camera,kind,started_at,ended_at", ' c1 ,loitering ,"0","90"'],
        ['{"camera": "c1", "kind": "loitering", "started_at": 1772370000, "ended_at": 1772370090.0}'],
        [
            "",
            '{"camera": "c1", "kind": "loitering", "zone": null, "started_at": "2026-03-01T13:00:00Z", '
            '"ended_at": "2026-03-01T20:01:30+07:00", "annotator": "x"}',
        ],
        [
            '{"camera": "c1", "kind": "loitering", "started_at": "2026-03-01 20:00", '
            '"ended_at": "2026-03-01 20:01:30"}'
        ],
    ],
    ids=[
        "RFC 3339", "other offset", "city time", "MM:SS", "seconds", "HH:MM:SS", "semicolons and decimal commas",
        "a spreadsheet's capitals, empty options, a note", "columns in another order",
        "empty columns and rows at the end", "names of the JSON", "JSON seconds", "JSON times, unknown key, empty line",
        "JSON city time without seconds",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n")], ids=["plain", "BOM and CRLF"])
def test_ways_to_write_the_same(tmp_path, lines, encoding, end):
    assert read(tmp_path, *lines, start=TEN, encoding=encoding, end=end) == [ROW]


def test_options_and_watched_time(tmp_path):
    rows = read(
        tmp_path,
        "camera;kind;start;end;zone;noise;light",
        "c1;line_crossing;10;10;cổng;mưa;night",
        "c2;None;0;1:00:00;;;day",
        start=0.0,
    )
    assert rows == [
        Truth("c1", "line_crossing", 10, 10, "cổng", "mưa", "night"),
        Truth("c2", truth.NONE, 0, 3600, light="day"),
    ]


def test_city_time_follows_the_zone(tmp_path):
    lines = ("camera,kind,start,end", "c1,x,2026-07-01 12:00:00,2026-07-01 12:00:01")
    utc = read(tmp_path, *lines, zone=ZoneInfo("UTC"))[0].started_at
    assert utc - read(tmp_path, *lines)[0].started_at == 7 * 3600
    assert utc - read(tmp_path, *lines, zone=ZoneInfo("Europe/Berlin"))[0].started_at == 2 * 3600


HEADER = "camera,kind,start,end"
GOOD = "c1,x,0,1"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "line 1: expected JSON Lines, or the header camera,kind,start,end and optionally zone,.*got ''"),
        ([HEADER], "no rows; a camera on which nothing happened has a row of kind none"),
        (["camera,kind,from,to", GOOD], "line 1: expected .*header camera,kind,start,end .*got 'camera,kind,from,to"),
        ([HEADER + ",zon", GOOD], "line 1: expected .*zone,noise,light,note, got 'camera,kind,start,end,zon'"),
        ([HEADER + ",end", GOOD + ",1"], "line 1: expected"),
        ([HEADER, GOOD, "c1,x,0,1,2"], r"line 3: expected 4 fields \(camera,kind,start,end\), got 5"),
        ([HEADER, GOOD, "c1,x,0"], "line 3: end: '' is no time"),
        ([HEADER, "", ",x,0,1"], "line 3: camera: expected a name, got ''"),
        ([HEADER, "c1,,0,1"], "line 2: kind: expected a name, got ''"),
        ([HEADER, "c1,x,noon,1"], "line 2: start: 'noon' is no time, write 2026-.* or HH:MM:SS, MM:SS or"),
        ([HEADER, "c1,x,0,1:60"], "line 2: end: '1:60' is no time"),
        ([HEADER, "c1,x,0,-1"], "line 2: end: '-1' is no time"),
        ([HEADER, "c1,x,0,nan"], "line 2: end: 'nan' is no time"),
        ([HEADER, "c1,x,01/03/2026 20:00,01/03/2026 20:01"], "line 2: start: '01/03/2026 20:00' is no time"),
        ([HEADER, "c1,x,2026-03-01,2026-03-02"], "line 2: start: '2026-03-01' is no time"),
        ([HEADER, "c1,x,2026-13-01 20:00:00,1"], "line 2: start: .*month must be in 1..12"),
        ([HEADER, "c1,x,2,1"], "line 2: ends before it starts"),
        ([HEADER, 'c1,"x,0,1', GOOD], "line 2: not CSV: unexpected end of data"),
        (['{"camera": "c1"', ""], "line 1: expected one JSON object .*got '{\"camera\": \"c1\"'"),
        (['{"camera": "c", "kind": "x", "started_at": 1, "ended_at": 2}', "[1]"], r"line 2: expected one JSON object"),
        (['{"camera": 1, "kind": "x", "started_at": 1, "ended_at": 2}'], "line 1: camera: expected a name, got 1"),
        (['{"camera": "c", "kind": "x", "started_at": 1}'], "line 1: ended_at: expected an RFC 3339 .*got None"),
        (['{"camera": "c", "kind": "x", "started_at": true, "ended_at": 2}'], "started_at: .*got True"),
        (['{"camera": "c", "kind": "x", "started_at": NaN, "ended_at": 2}'], "line 1: times must be seconds from 1970"),
        (['{"camera": "c", "kind": "x", "started_at": 1, "ended_at": Infinity}'], "times must be seconds"),
        (['{"camera": "c", "kind": "x", "started_at": 1772370000000, "ended_at": 1772370001000}'], "must be seconds"),
        (['{"camera": "c", "kind": "x", "started_at": "1:30", "ended_at": 2}'], "started_at: '1:30' is no time"),
        (['{"camera": "c", "kind": "x", "zone": ["a"], "started_at": 1, "ended_at": 2}'], "zone: expected a word"),
    ],
    ids=[
        "empty file", "header alone", "other header", "misspelt option", "column twice", "field too many", "short row",
        "no camera", "no kind", "word for a time", "60 seconds", "negative", "nan", "day first", "date alone",
        "month 13", "turned", "open quote", "broken JSON", "no object", "number for a camera", "no end", "truth value",
        "JSON NaN", "JSON Infinity", "milliseconds", "JSON counts from nowhere", "list for a zone",
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path, lines, words):
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, *lines, start=0.0)
    assert str(tmp_path / "truth.x") in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["1:30", "00:01:30", "90", "0"])
def test_counted_times_need_a_start(tmp_path, text):
    """Else they would silently lie in 1970, and every event would be a false alarm."""
    with pytest.raises(InputError, match=f"line 2: start: '{text}' counts from .* so --start is needed"):
        read(tmp_path, HEADER, f"c1,x,{text},2026-03-01 20:00:00")


def test_what_is_no_text(tmp_path):
    with pytest.raises(InputError, match="not UTF-8 text; save it as"):
        read(tmp_path, HEADER, GOOD, encoding="utf-16")
    with pytest.raises(InputError, match="is a folder"):
        truth.read(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        truth.read(tmp_path / "nowhere")


def test_what_is_written_is_read(tmp_path):
    rows = [ROW, Truth("c2", "none", 0.0, 0.001, "cổng", "mưa", "đêm"), Truth("c", "x", TEN + 0.0004, TEN + 0.0004)]
    truth.write(tmp_path / "new" / "truth.jsonl", rows)
    assert truth.read(tmp_path / "new" / "truth.jsonl") == [*rows[:2], Truth("c", "x", TEN, TEN)]
    first = (tmp_path / "new" / "truth.jsonl").read_text().splitlines()[0]
    assert first == (
        '{"camera": "c1", "kind": "loitering", "started_at": "2026-03-01T13:00:00.000Z", '
        '"ended_at": "2026-03-01T13:01:30.000Z"}'
    )
    with pytest.raises(InputError, match="cannot be written"):
        truth.write(tmp_path, rows)
