"""Names of the classes; nothing here is trained."""

CLASSES = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def name_of(index):
    return CLASSES[index]
