"""The demo's training program. It trains nothing: it reads what the bot froze for it and counts, as figures to report.

Yours would train a model from the same files (see README, *Retraining*).
"""

import json
import os
import sys
from pathlib import Path


def main() -> int:
    """Count the rows of every file in the run's folder and leave the figures."""
    folder = Path(os.environ["DRAFTLOOP_RUN_DIR"])
    counts = {
        path.name.removesuffix(".jsonl"): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(folder.glob("*.jsonl"))
    }
    Path(os.environ["DRAFTLOOP_RESULT"]).write_text(
        json.dumps({"rows counted": sum(counts.values())}), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
