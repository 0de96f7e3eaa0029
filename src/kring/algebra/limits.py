"""The published limits of definitions and names."""

from __future__ import annotations

from typing import Final

# Of groups: how many groups may follow from each other in a row, above the first.
NESTING: Final = 64
# Of one definition: its nodes, counting groups, conditions and brackets alike.
NODES: Final = 500
# Of one definition: brackets within brackets.
DEPTH: Final = 64

# Ten groups have 1,023 regions.
OVERLAP: Final = 10
VALUES: Final = 1_000
TEXT_LENGTH: Final = 500
DIGITS: Final = 15
DAYS: Final = 36_500
YEARS: Final = 150
LARGEST_GROUP_ID: Final = 2**63 - 1

GROUP_NAME_LENGTH: Final = 200
GROUP_DESCRIPTION_LENGTH: Final = 5_000
DEFINITION_TEXT_LENGTH: Final = 1_000_000
# So many mails to new members one act may send without asking.
MAILS_UNASKED: Final = 100
# A year: so long a mail to new members may wait.
WELCOME_DELAY_HOURS: Final = 8_760

REASON_LENGTH: Final = 1_000
FORMULA_LENGTH: Final = 1_000_000
