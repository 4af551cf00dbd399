"""A training program that trains nothing: it leaves an adapter that changes nothing. The retrain demo's counter-check.

An honest pipeline must not promote it. It says that it trained nothing, so that it is asked exactly as the model itself.
It needs `gguf`, as local training does.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any, Final

_RANK: Final = 4
_MODULES: Final = ("attn_q", "attn_v", "ffn_down")


def main(model: Path, out: Path) -> int:
    """Write an adapter for a GGUF model whose B matrices are zero."""
    gguf, numpy = importlib.import_module("gguf"), importlib.import_module("numpy")
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for name, width, height in _adapted(gguf.GGUFReader(model)):
        writer.add_tensor(f"{name}.lora_a", numpy.ones((_RANK, width), numpy.float16))
        writer.add_tensor(f"{name}.lora_b", numpy.zeros((height, _RANK), numpy.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    Path(os.environ["DRAFTLOOP_RESULT"]).write_text('{"tuned": false}', encoding="utf-8")
    return 0


def _adapted(reader: Any) -> list[tuple[str, int, int]]:
    """Return the name, the width and the height of every matrix that a LoRA usually changes."""
    names = tuple(f"{module}.weight" for module in _MODULES)
    return [(each.name, *map(int, each.shape)) for each in reader.tensors if each.name.endswith(names)]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(os.environ["DRAFTLOOP_RUN_DIR"]) / "adapter.gguf"))
