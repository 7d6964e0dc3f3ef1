"""Runs under the system's Python: serves GStreamer launch lines over RTSP, with a password or packet loss if asked."""

import json
import random
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtspServer  # noqa: E402


def main() -> None:
    spec = json.loads(sys.argv[1])
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(spec["port"]))
    if "password" in spec:
        protect(server, spec["user"], spec["password"])
    if "certificate" in spec:
        auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
        token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
        auth.set_default_token(token)
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(spec["certificate"]))
        server.set_auth(auth)
    for path, launch in spec["streams"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( {launch} )")
        factory.set_shared(bool(spec.get("shared", False)))
        if spec.get("wrong_clock"):
            factory.connect("media-configure", lambda _, media: media.connect("prepared", set_clock_wrong))
        if "password" in spec or "certificate" in spec:
            allow(factory)
        if spec.get("loss"):
            factory.connect("media-configure", lose, spec["loss"])
        server.get_mount_points().add_factory(path, factory)
    if server.attach(None) == 0:
        sys.exit("the port cannot be had")
    print("ready", flush=True)
    GLib.MainLoop().run()


def set_clock_wrong(media) -> None:
    """Its sender reports count from 1970 what others count from 1900: seventy years late."""
    inside = media.get_element().get_parent().iterate_recurse()
    while True:
        done, element = inside.next()
        if done != Gst.IteratorResult.OK:
            return
        if element.get_factory() is not None and element.get_factory().get_name() == "rtpbin":
            element.set_property("ntp-time-source", "unix")


def protect(server, user, password) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)


def allow(factory) -> None:
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
    permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
    factory.set_permissions(permissions)


def lose(factory, media, share) -> None:
    """Drop so many of the packets that the payloader makes."""
    kinds = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST

    def probe(pad, info):
        if info.type & Gst.PadProbeType.BUFFER_LIST:
            packets, kept = info.get_buffer_list(), Gst.BufferList.new()
            for i in range(packets.length()):
                if random.random() >= share:
                    kept.insert(-1, packets.get(i))
            if kept.length() == packets.length():
                return Gst.PadProbeReturn.OK
            if kept.length():
                pad.get_peer().chain_list(kept)
            return Gst.PadProbeReturn.DROP
        return Gst.PadProbeReturn.DROP if random.random() < share else Gst.PadProbeReturn.OK

    media.get_element().get_by_name("pay0").get_static_pad("src").add_probe(kinds, probe)


if __name__ == "__main__":
    main()
