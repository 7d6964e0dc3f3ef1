"""A month of footage, once. What is slow is done once and kept; what is asked is answered from that.

paths ─find─▶ files ─probe─▶ plan ──crew: look──▶ detections ──crew: judge──▶ tracks, events ─▶ outbox
                         (timelines)   (a file a table)        (a lane a camera)

`run` is the whole of it; `store` says under which name a table is kept; a crew's hands are `processes` here or, with
`spread`, all over a Ray cluster.
"""
