"""A trained LoRA as llama.cpp loads it: one GGUF file made from the folder that PEFT saved.

llama.cpp turns the rows of the query and key weights while it converts a Llama model (for its rotary embedding), so
the same rows of an adapter's B matrices are turned here. `gguf` and `safetensors` come with the extra `trl`.
"""

import importlib
import json
from pathlib import Path
from typing import Any, Final

from bot.errors import BotError

Array = Any  # A numpy array; what reads and writes it brings no types.
ADAPTERS: Final = "adapters"  # the folder in the data folder: `{sha256}.gguf`
# Model families whose files llama.cpp calls `llama`.
FAMILIES: Final = frozenset({"llama", "mistral"})
_PREFIX: Final = "base_model.model.model.layers."
_SIDES: Final = {"lora_A": "lora_a", "lora_B": "lora_b"}
_MODULES: Final = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


class AdapterUnconvertible(BotError):
    """The adapter is for a kind of model whose layout we do not know."""

    code = "adapter_unconvertible"
    sentence = "This kind of model cannot be served with an adapter yet: a Llama or Mistral model can."


def write_adapter(folder: Path, *, model_config: Path, out: Path) -> int:
    """Write PEFT's `folder` as a GGUF adapter in half precision; return the number of its tensors.

    Args:
        folder: with `adapter_config.json` and `adapter_model.safetensors`.
        model_config: `config.json` of the model that it was trained on.
        out: the file, there whole or not at all.

    Raises:
        AdapterUnconvertible: the model is of another family, or the adapter changes other parts of it.
    """
    adapter, model = _read(folder / "adapter_config.json"), _read(model_config)
    if model.get("model_type") not in FAMILIES:
        raise AdapterUnconvertible
    tensors = importlib.import_module("safetensors.numpy").load_file(folder / "adapter_model.safetensors")
    made = out.with_suffix(".part")
    writer = importlib.import_module("gguf").GGUFWriter(made, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(adapter["lora_alpha"]))
    for name, tensor in sorted(tensors.items()):
        writer.add_tensor(*_converted(name, tensor, model=model))
    _finish(writer)
    made.chmod(0o600)
    made.replace(out)
    return len(tensors)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _converted(name: str, tensor: Array, *, model: dict[str, Any]) -> tuple[str, Array]:
    """Return a tensor as llama.cpp names and orders it."""
    layer, module, side = _parts(name)
    turned = tensor.astype("float32")
    if side == "lora_B":
        turned = _turned(turned, heads=_heads(module, model))
    return f"blk.{layer}.{_MODULES[module]}.weight.{_SIDES[side]}", turned.astype("float16").copy(order="C")


def _parts(name: str) -> tuple[int, str, str]:
    """Split `base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight`."""
    layer, *module, side, _ = name.removeprefix(_PREFIX).split(".")
    path = ".".join(module)
    if not name.startswith(_PREFIX) or path not in _MODULES or side not in _SIDES:
        raise AdapterUnconvertible
    return int(layer), path, side


def _heads(module: str, model: dict[str, Any]) -> int | None:
    heads = int(model["num_attention_heads"])
    if module == "self_attn.k_proj":
        return int(model.get("num_key_value_heads") or heads)
    return heads if module == "self_attn.q_proj" else None


def _turned(rows: Array, *, heads: int | None) -> Array:
    """Interleave the two halves of each head, as llama.cpp does with the weights themselves."""
    if heads is None:
        return rows
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def _finish(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
