"""One connection to a camera: passwords with every character, certificates, codecs, and errors a technician can use."""

import subprocess
import time

import pytest

from pipeline.errors import InputError
from pipeline.streams.receive import Receiver, ReceiveSettings
from tests.live.conftest import footage, serve  # noqa: F401 (fixtures)
from tests.live.rig import walk
from tests.rtsp import H264, H265, free_port

QUICK = {"open_s": 4, "stall_s": 4}
MJPEG = "filesrc location={file} ! qtdemux ! jpegparse ! rtpjpegpay name=pay0 pt=26"
PASSWORD = "p@ss:w/rd?#%ü"
ESCAPED = "p%40ss%3Aw%2Frd%3F%23%25%C3%BC"


def receive(url, count=30, **settings):
    """The first packets, and the receiver they came from."""
    receiver = Receiver(url, ReceiveSettings(**{**QUICK, **settings}))
    packets = []
    for received in receiver:
        packets.append(received)
        if len(packets) == count:
            break
    receiver.close()
    return receiver, packets


@pytest.mark.parametrize("name", ["h264", "h265", "mjpeg"])
def test_codecs(serve, footage, tmp_path, name):  # noqa: F811
    if name == "mjpeg":
        server = serve({"/c": MJPEG.format(file=walk(tmp_path / "m.mp4", 20, "mjpeg"))})
    else:
        server = serve({"/c": (H264 if name == "h264" else H265).format(file=footage[name])})
    receiver, packets = receive(server.url("/c"))
    assert receiver.codec == {"h265": "hevc"}.get(name, name)
    pictures = [picture for received in packets for picture in received.pictures]
    assert len(pictures) > 20
    assert {(picture.width, picture.height) for picture in pictures} == {(320, 240)}


def test_a_password_with_every_character(serve, footage):  # noqa: F811
    server = serve({"/c": H264.format(file=footage["h264"])}, user="viewer", password=PASSWORD)
    assert len(receive(server.url("/c", f"viewer:{ESCAPED}"))[1]) == 30
    with pytest.raises(InputError, match="refuses the user or password") as caught:
        receive(server.url("/c", "viewer:secret"))
    assert "secret" not in str(caught.value)


def test_certificates(serve, footage, tmp_path):  # noqa: F811
    """By default a camera's own certificate is taken as it is, as every camera has one; with a CA it must be known."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
               "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "key.pem").read_text() + (tmp_path / "cert.pem").read_text())
    server = serve({"/c": H264.format(file=footage["h264"])}, certificate=str(both))
    url = server.url("/c").replace("rtsp://", "rtsps://")
    assert len(receive(url)[1]) == 30
    assert len(receive(url, options={"tls_verify": "1", "ca_file": str(tmp_path / "cert.pem")})[1]) == 30
    with pytest.raises(InputError):
        receive(url, options={"tls_verify": "1"})


def test_the_cameras_clock_is_told(serve, footage):  # noqa: F811
    """Its sender reports come every few seconds; server and receiver share a clock here."""
    server = serve({"/c": H264.format(file=footage["h264"])})
    receiver = Receiver(server.url("/c"), ReceiveSettings(**QUICK))
    for count, received in enumerate(receiver):
        if receiver.began is not None and received.pts_s is not None:
            assert abs(receiver.began + received.pts_s - time.time()) < 1
            break
        assert count < 500
    receiver.close()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"rtsp://viewer:secret@127.0.0.1:{free_port()}/c", "connection refused"),
        ("rtsp://viewer:secret@no-such-host.invalid/c", "name|resolve|input/output"),
        ("nonsense://viewer:secret@127.0.0.1/c", "protocol not found"),
        ("/dev/video99", "no such file"),
    ],
    ids=["refused", "no such host", "no such protocol", "no such device"],
)
def test_errors_say_what_and_where_and_no_password(url, why):
    with pytest.raises(InputError, match=f"(?i){why}") as caught:
        receive(url)
    assert "secret" not in str(caught.value)
