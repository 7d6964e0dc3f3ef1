"""What cameras and networks do to a ward: the camera comes back, the others notice nothing, everything is told.

One ward runs through all faults, as it does for months: two cameras (H.264 and H.265) of one server that fails, and
one of another that does not.
"""

import socket
import time

import pytest

from tests.live.rig import BUSY, PERIOD_S, Rig, Watch, city
from tests.rtsp import H264, H265

BACK_S = 15.0
"""So soon after its server a camera is back."""
VICTIMS = ("first", "second")


@pytest.fixture(scope="module")
def servers(serve, footage):
    shared = {"/first": H264.format(file=footage["h264"]), "/second": H265.format(file=footage["h265"])}
    return serve(shared), serve({"/calm": H264.format(file=footage["h264"])})


@pytest.fixture(scope="module")
def ward(servers, tmp_path_factory):
    failing, calm = servers
    quick = {"stall_s": 3, "open_s": 4}
    cameras = [{"id": name, "source": failing.url(f"/{name}"), "stream": quick} for name in VICTIMS]
    cameras += [{"id": "calm", "source": calm.url("/calm")}]
    rig = Rig(city(cameras, health={"offline_s": 3}), tmp_path_factory.mktemp("faults"))
    for name in (*VICTIMS, "calm"):
        rig.seen(name)
    yield rig
    rig.stop()


def met(ward, cause):
    """Long enough for an outage, and until both cameras met it: after faults in a row the next try may be 8 s away."""
    time.sleep(6)
    for name in VICTIMS:
        ward.until(lambda name=name: cause in ward.post(name).why, 15, f"{cause} of {name}")


def killed(server, footage, ward):
    server.kill()
    time.sleep(6)
    server.restart()


def paused(server, footage, ward):
    """The process stands still: connections stay open, and nothing comes."""
    server.pause()
    time.sleep(9)
    server.go_on()


def restarted_with_another_size(server, footage, ward):
    large = H264.format(file=footage["large"])
    server.restart(streams={"/first": large, "/second": large})


def refusing(server, footage, ward):
    """It answers, and has no such streams."""
    server.restart(streams={})
    met(ward, "404")
    server.restart(streams={"/first": H264.format(file=footage["h264"]), "/second": H265.format(file=footage["h265"])})


def accepting_and_silent(server, footage, ward):
    server.kill()
    taken = []
    with socket.create_server(("127.0.0.1", server.port)) as listener:
        listener.settimeout(0.2)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                taken.append(listener.accept()[0])
            except TimeoutError:
                continue
    for connection in taken:
        connection.close()
    assert len(taken) >= 2
    server.restart()


def another_password(server, footage, ward):
    server.restart(user="viewer", password="other")
    met(ward, "refuses the user or password")
    server.spec.pop("password")
    server.restart()


FAULTS = [killed, paused, restarted_with_another_size, refusing, accepting_and_silent, another_password]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.replace("_", " "))
def test_a_camera_comes_back_and_the_others_notice_nothing(fault, ward, servers, footage):
    failing, _ = servers
    epochs = {name: ward.post(name).epoch for name in VICTIMS}
    restarts = {name: ward.meter("matthan_camera_restarts_total", camera=name) for name in VICTIMS}
    told = len(ward.events(kind="stream_restarted"))
    offline = len(ward.events(kind="camera_offline"))
    with Watch(ward, "calm") as calm:
        fault(failing, footage, ward)
        for name in VICTIMS:
            ward.until(lambda name=name: ward.post(name).epoch > epochs[name], BACK_S, f"a new epoch of {name}")
            ward.seen(name, 5)
    assert calm.longest_s < 4 * PERIOD_S * BUSY, "the other camera was kept waiting"
    assert calm.latency_s < 0.5 * BUSY
    assert calm.rate > (4.5 if BUSY == 1 else 3.5)
    for name in VICTIMS:
        assert ward.meter("matthan_camera_restarts_total", camera=name) > restarts[name]
    again = ward.events(kind="stream_restarted")[told:]
    assert {event.data.camera for event in again} == set(VICTIMS)
    assert all(event.data.measures["cause"] != "unknown" for event in again)
    if fault is not restarted_with_another_size:
        out = ward.events(kind="camera_offline")[offline:]
        assert {(event.data.camera, event.data.phase) for event in out} == {
            (name, phase) for name in VICTIMS for phase in ("opened", "closed")
        }


def test_an_outage_is_not_taken_for_a_low_rate(ward):
    assert ward.events(kind="low_rate") == []


def test_the_cause_is_told(ward):
    """After all of that: each fault in the words of its kind, and nobody's password."""
    causes = {event.data.measures["cause"] for event in ward.events(kind="stream_restarted")}
    text = " ".join(causes)
    assert "refuses the user or password" in text
    assert "404" in text
    assert "does not answer" in text or "no sign of life" in text
