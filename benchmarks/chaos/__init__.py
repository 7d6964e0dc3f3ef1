"""Faults on purpose: processes killed, brokers hung, and a checker that misses nothing."""
