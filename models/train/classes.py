"""What matthan-n knows, and the same classes in what it learns from."""

NAMES = ("person", "bicycle", "motorcycle", "car", "bus", "truck")
"""By class id. Dogs and bags have too few labels: rules that need them ask for an official model."""
STREET = ("person", "bicycle", "motorcycle", "car", "bus", "truck", "dog", "bag")
"""The classes of the labelled street images, by their class id."""
COCO = {"person": 0, "bicycle": 1, "car": 2, "motorcycle": 3, "bus": 5, "truck": 7}
"""Class ids of the teacher, and of the COCO labels."""
