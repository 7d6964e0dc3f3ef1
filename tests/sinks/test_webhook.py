"""The webhook: signed, in order, once the server says so; what it says otherwise decides what happens."""

import hmac
import http.server
import json
import ssl
import subprocess
import threading
from hashlib import sha256

import pytest
from pydantic import ValidationError

from pipeline.errors import SinkError, SinkRefusal
from pipeline.sinks.webhook import Webhook, WebhookSettings
from tests.sinks.messages import message, stream

SECRET = "s3cret-of-the-ward"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it was sent, and answers as it is told, then 200."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(answer)
        if answer == 302:  # the others lead nowhere
            self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return key, cert


@pytest.fixture
def server(certificate):
    key, cert = certificate
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    made.got, made.answers = [], []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def sink(server, certificate):
    url = f"https://localhost:{server.server_port}/events"
    made = Webhook(WebhookSettings(url=url, secret=SECRET, ca_file=str(certificate[1]), timeout_s=5))
    yield made
    made.close()


def test_what_the_receiver_gets(server, sink):
    sent = [*stream(3, 2), message(9, published=False), message(10, wards=("north", "south"))]
    assert sink.deliver(sent) == len(sent)
    assert [body for _, body in server.got] == [m.body for m in sent if m.topics], "a rule in shadow is not sent"
    for headers, body in server.got:
        assert headers["Content-Type"] == "application/cloudevents+json; charset=UTF-8"
        assert json.loads(body)["specversion"] == "1.0"
        signed = headers["X-Matthan-Timestamp"].encode() + b"." + body
        assert headers["X-Matthan-Signature"] == "sha256=" + hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    assert server.got[-1][0]["X-Matthan-Topics"] == "matthan.alerts.north,matthan.alerts.south"


@pytest.mark.parametrize("answer", [300, 302, 304, 399, 401, 404, 408, 429, 500, 503])
def test_what_may_pass_is_tried_again(server, sink, answer):
    server.answers = [200, 200, answer]
    sent = stream(4)
    assert sink.deliver(sent) == 2
    server.answers = [answer]
    with pytest.raises(SinkError, match=f"answered {answer}") as error:
        sink.deliver(sent[2:])
    assert not isinstance(error.value, SinkRefusal)
    assert sink.deliver(sent[2:]) == 2


@pytest.mark.parametrize("answer", [400, 409, 413, 422])
def test_what_is_refused_for_good(server, sink, answer):
    server.answers = [answer]
    with pytest.raises(SinkRefusal, match=f"answered {answer}"):
        sink.deliver(stream(2))


def test_a_server_that_is_not_who_it_says(server, certificate):
    """Its certificate is for localhost, signed by nobody we know."""
    for url, ca in [("https://localhost", None), ("https://127.0.0.1", str(certificate[1]))]:
        sink = Webhook(WebhookSettings(url=f"{url}:{server.server_port}/", secret=SECRET, ca_file=ca))
        with pytest.raises(SinkError, match="SSLError") as error:
            sink.deliver(stream(1))
        assert SECRET not in str(error.value)
        sink.close()
    assert server.got == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://cases.example/", "must be https"),
        ("https://user:pw@cases.example/", "no user or password"),
        ("ftp://cases.example/", "must be an https"),
        ("cases.example", "must be an https"),
    ],
)
def test_a_url_that_would_tell_others(url, says):
    with pytest.raises(ValidationError, match=says):
        WebhookSettings(url=url, secret=SECRET)
    WebhookSettings(url="http://127.0.0.1:8080/", secret=SECRET)
