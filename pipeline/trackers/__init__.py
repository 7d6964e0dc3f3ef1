"""Detections of one camera in, the same detections with track ids out."""
