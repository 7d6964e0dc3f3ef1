"""A month of footage, once. What is slow is done once and kept; what is asked is answered from that.

paths ─find─▶ files ─probe─▶ facts ─timeline─▶ plan ─detect─▶ store ─judge─▶ outbox
                                                (a file a table)   (a lane a camera)
"""
