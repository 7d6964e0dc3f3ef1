"""The reference case-management consumer: what a ward needs to decide on alerts, and nothing of the pipeline but its
wire format.

    Kafka ──consumer──▶ intake (one transaction per message) ──▶ database ◀── workflow ◀── a named officer
                                                                    │
    Kafka ◀──verdicts── what was decided ◀──────────────────────────┘──▶ export: a folder per case
"""
