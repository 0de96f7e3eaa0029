"""How a house is written on an envelope."""

from __future__ import annotations


def on_an_envelope(street: str, number: str, addition: str) -> str:
    """Dorpsstraat 12a, 12bis, but 12-2: two numbers would read as one."""
    both_are_numbers = number[-1:].isdigit() and addition[:1].isdigit()
    house = f"{number}{'-' if both_are_numbers else ''}{addition}"
    return f"{street} {house}".strip()
