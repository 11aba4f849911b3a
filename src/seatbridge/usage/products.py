"""The Password Boss products that are counted."""

PRODUCTS = ("standard", "advanced")
