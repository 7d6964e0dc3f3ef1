"""A ward's cameras, live: one process reads each camera, one analyses them all.

    reader (a process per camera)                         │ ward (one process)
    receive ─▶ clock ─▶ health ─▶ gate ──newest frame──▶ mailbox ──▶ turns ──▶ detector ──▶ lane ──▶ outbox
       └─▶ ring of packets ─▶ clips                       │    └── "nothing changed": the lane is shown the last answer

`nursery` forks the readers, `fleet` keeps them alive, `link` is how they talk, `reload` takes a changed city file,
`keeper` keeps the evidence, `delivery` the outbox.
"""
