"""Writes crowd_kit.json: what crowd-kit makes of crowds that our tests make anew. Run it where crowd-kit is installed.

python -m tests.data.crowd_kit
"""

import json
from pathlib import Path

from tests.unit.scoring.reference_crowds import REFERENCE, crowd_kit_labels

FILE = Path(__file__).with_name("crowd_kit.json")


def main() -> None:
    """Write the file."""
    found = {name: crowd_kit_labels(name) for name in REFERENCE}
    FILE.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
