"""A video file as a stream of sampled frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline.geometry import Points
from pipeline.streams.decode import Picture, VideoFile, black_out
from pipeline.streams.needed import slot
from pipeline.types import Frame, Image, milliseconds

MAX_GAP_S = 86_400.0
"""A jump of the time stamps beyond a day is damage, not a pause in the recording."""


class FileStream:
    """Yields the frames of one file, sampled by media time at `fps`; every frame where `fps` is None.

    Nothing is dropped: what cannot be decoded is counted, and `notes()` says what a reader should know.
    """

    def __init__(
        self, video: VideoFile, camera: str, start: float, fps: float | None = None, masks: Sequence[Points] = (),
        lively: Sequence[bool] | None = None,
    ) -> None:  # fmt: skip
        """`start` is the capture time of the first picture, UTC seconds; `masks` are privacy polygons in 0..1; `lively`
        says where more than key frames is wanted (`streams.skim`).
        """
        self.size = video.size
        self.decoded = 0
        self.sampled = 0
        self.restamped = 0
        self.last_s = 0.0
        self._video = video
        self._camera = camera
        self._start = start
        self._fps = fps
        if fps is not None:
            video.sample(fps, lively)
        self._masks = masks

    @property
    def duration_s(self) -> float | None:
        return self._video.duration_s

    def __iter__(self) -> Iterator[Frame]:
        return (self.frame(time_s, picture) for time_s, picture in self.pictures())

    def frame(self, time_s: float, picture: Picture, epoch: int = 0) -> Frame:
        """A sampled picture as the stages know it."""
        stamp = milliseconds(self._start + time_s) / 1000
        return Frame(self._camera, epoch, stamp, self.size, partial(_pixels, picture, self._masks))

    def skipped(self) -> list[tuple[float, float]]:
        """See `VideoFile.skipped`."""
        return self._video.skipped()

    def pictures(self) -> Iterator[tuple[float, Picture]]:
        """The sampled pictures, with seconds since the first."""
        last = -1
        for time_s, picture in self._timed():
            self.decoded += 1
            self.last_s = time_s
            if self._fps is not None:
                due = slot(time_s, self._fps)
                if due <= last:
                    continue
                last = due
            self.sampled += 1
            yield time_s, picture

    def _timed(self) -> Iterator[tuple[float, Picture]]:
        """Pictures with seconds since the first; missing, repeated or absurd stamps go on at the nominal rate."""
        period = 1 / self._video.rate
        offset: float | None = None
        last = -period
        for picture in self._video:
            time_s = None if picture.pts_s is None or offset is None else picture.pts_s - offset
            if offset is None:
                time_s = 0.0
                offset = picture.pts_s
            if time_s is None or not last < time_s <= last + MAX_GAP_S:
                self.restamped += 1
                time_s = last + period
                offset = None if picture.pts_s is None else picture.pts_s - time_s
            last = time_s
            yield time_s, picture

    def notes(self) -> list[str]:
        """What went wrong in reading, one line each; empty after a clean read to the end."""
        video, notes = self._video, []
        if video.damaged:
            notes.append(f"{video.path}: {video.damaged} damaged packets skipped")
        announced = video.duration_s
        if video.broken and video.damaged == 0:
            notes.append(f"{video.path}: reading stopped after {self.last_s:.1f} s ({video.broken})")
        elif announced is not None and self.last_s + 1 / video.rate < announced - max(0.5, 3 / video.rate):
            notes.append(f"{video.path}: ends after {self.last_s:.1f} s of {announced:.1f} s announced (cut short?)")
        if self.restamped:
            notes.append(f"{video.path}: {self.restamped} frames without a usable time stamp, timed at the mean rate")
        return notes

    def close(self) -> None:
        self._video.close()


def _pixels(picture: Picture, masks: Sequence[Points], width: int, height: int) -> Image:
    return black_out(picture.pixels(width, height), masks)
