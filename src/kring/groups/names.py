"""What groups are called, for formulas and sentences."""

from __future__ import annotations

from collections.abc import Mapping

from kring.algebra.formula_reading import names_like
from kring.algebra.text import fold
from kring.groups.models import Group


class Names:
    """The names of all groups that are not deleted, read at once."""

    def __init__(self) -> None:
        groups = Group.objects.filter(deleted_at__isnull=True)
        self.names: Mapping[int, str] = dict(groups.values_list("pk", "name"))
        self._groups = {fold(name): group for group, name in self.names.items()}

    def group_named(self, name: str, /) -> int | None:
        return self._groups.get(fold(name))

    def name_of(self, group: int, /) -> str | None:
        return self.names.get(group)

    def names_like(self, name: str, /) -> tuple[str, ...]:
        """The names that may have been meant, the best first."""
        return names_like(name, self.names.values())
