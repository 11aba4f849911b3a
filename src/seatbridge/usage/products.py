"""The Password Boss products that are counted."""

PRODUCTS = ("standard", "advanced")
NAMES = {"standard": "Password Boss Standard", "advanced": "Password Boss Advanced"}
