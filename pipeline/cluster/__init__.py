"""A city's cameras over several machines: Ray starts the processes, one conductor says who watches what.

    conductor (one)  ── look: "watch these, until then" ──▶  shard (some per machine): a ward with a folder of its own
        │            ◀── "I watch these, they cost this" ──     └─ sweeps up after dead shards on its disk
     roster ◀─ placing

No two shards watch one camera: `roster` says when a camera is free, and a shard that is not heard of stops by itself.
"""
