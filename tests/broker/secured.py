"""Apache Kafka with TLS, SASL users and an authorizer, and the command-line tools that administer it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.broker import JAVA, START_S, Broker, BrokerError, _jars, _output, free_ports, metadata

ADMIN_PASSWORD = "admin-password-of-the-tests"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL_SSL://localhost:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_SSL
listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={jaas}
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config={plain}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
message.max.bytes=20000
{recipe}
"""
JAAS = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="{password}";'
PLAIN_PASSWORD = "plain-password-of-the-tests"
PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_pipeline="{password}";'
CLIENT = """\
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config={jaas}
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
"""
TOOLS = {
    "kafka-configs.sh": "kafka.admin.ConfigCommand",
    "kafka-acls.sh": "org.apache.kafka.tools.AclCommand",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
}


@dataclass(slots=True)
class Secured:
    """A broker that asks everybody who he is."""

    broker: Broker
    folder: Path

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.pem")

    def client(self, user: str, password: str) -> dict[str, Any]:
        """Options of a confluent-kafka client for a user."""
        return {
            "bootstrap.servers": self.broker.bootstrap, "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": user, "sasl.password": password,
            "ssl.ca.location": self.ca, "log_level": 0,
        }  # fmt: skip

    def sh(self, commands: str, **variables: str) -> str:
        """Run shell commands with Kafka's tools on the path, `$BROKER`, `$ADMIN` and these variables set."""
        env = {
            **os.environ, **variables, "BROKER": self.broker.bootstrap, "ADMIN": str(self.folder / "admin.properties"),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "-e"], input=commands, env=env, capture_output=True, text=True, timeout=240, check=False
        )
        if done.returncode:
            raise AssertionError(f"{commands}\n{done.stdout}{done.stderr}")
        return done.stdout


@contextlib.contextmanager
def secured(recipe: str) -> Iterator[Secured]:
    """Such a broker; `recipe` are the lines of its properties about access."""
    with tempfile.TemporaryDirectory(prefix="matthan-secured-", ignore_cleanup_errors=True) as name:
        made = _secured(Path(name), recipe)
        try:
            yield made
        finally:
            made.broker.stop()


def _secured(folder: Path, recipe: str) -> Secured:
    port, controller = free_ports(2)
    _certificates(folder)
    jaas = JAAS.format(password=ADMIN_PASSWORD)
    # The controller's own listener is plain, and its peer nameless; no client can reach it.
    recipe = recipe.replace("super.users=User:admin", "super.users=User:admin;User:ANONYMOUS")
    # The recipe has one way to log in; the client knows three.
    recipe = recipe.replace("mechanisms=SCRAM-SHA-512", "mechanisms=SCRAM-SHA-512,SCRAM-SHA-256,PLAIN")
    plain = PLAIN.format(password=PLAIN_PASSWORD)
    properties = folder / "server.properties"
    properties.write_text(
        PROPERTIES.format(port=port, controller=controller, folder=folder, jaas=jaas, plain=plain, recipe=recipe)
    )
    (folder / "admin.properties").write_text(CLIENT.format(folder=folder, jaas=jaas))
    java = [*JAVA, "-cp", f"{_jars()}/*"]
    _tools(folder / "bin", java)
    tool = [*java, "kafka.tools.StorageTool"]
    cluster = _output([*tool, "random-uuid"]).split()[-1]
    admin = f"SCRAM-SHA-512=[name=admin,password={ADMIN_PASSWORD}]"
    _output([*tool, "format", "--standalone", "-t", cluster, "-S", admin, "-c", str(properties)])
    broker = Broker(
        "Apache Kafka, secured", f"localhost:{port}", True, None, [*java, "kafka.Kafka", str(properties)], folder
    )
    made = Secured(broker, folder)
    with (folder / "server.log").open("ab") as log:
        broker.process = subprocess.Popen(broker.command, stdout=log, stderr=log)
    try:
        metadata(broker.bootstrap, START_S, made.client("admin", ADMIN_PASSWORD))
    except Exception as exc:
        said = (folder / "server.log").read_text()[-2000:]
        broker.stop()
        raise BrokerError(f"the secured broker does not start: {said}") from exc
    return made


def _tools(folder: Path, java: list[str]) -> None:
    folder.mkdir()
    for name, main in TOOLS.items():
        script = folder / name
        command = " ".join(f"'{part}'" for part in [*java, main])
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)


def _certificates(folder: Path) -> None:
    """A certificate authority of its own, and the broker's certificate, which holds for `localhost` alone."""
    run = lambda *command: subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: E731
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem",
        "-subj", "/CN=tests")  # fmt: skip
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
        "-subj", "/CN=localhost")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", "names", "-out", "server.crt")  # fmt: skip
    (folder / "server.pem").write_text((folder / "server.key").read_text() + (folder / "server.crt").read_text())
