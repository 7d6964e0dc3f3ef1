"""From what is known of a scene to the calibration of its camera: point pairs, a rectangle, or the sizes of people."""
