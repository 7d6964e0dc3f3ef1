"""From conflicts, or crash records, to ranked places: where, how often per traffic, how sure, before and after.

incidents.py   events, tables and crash records → a table of incidents
places.py      incidents and cameras → places: junctions, or clusters where there are no cameras
exposure.py    counts of road users → traffic per place
risk.py        counts for so much traffic → rates, shrunk towards what is usual, with intervals
hotspots.py    where incidents are denser than chance makes them
ranking.py     places in order, and how stable the order is
change.py      before and after a date, beside places where nothing was done
"""
