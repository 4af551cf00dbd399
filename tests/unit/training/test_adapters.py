"""From PEFT's folder to llama.cpp's file."""

import json

import numpy as np
import pytest

from bot.training.adapters import AdapterUnconvertible, write_adapter

gguf = pytest.importorskip("gguf", reason="gguf is not installed")
safetensors = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")

HEADS, KEY_HEADS, SIZE, RANK = 4, 2, 16, 2
LAYER = "base_model.model.model.layers.0"


@pytest.fixture
def model_config(tmp_path):
    path = tmp_path / "config.json"
    config = {"model_type": "llama", "num_attention_heads": HEADS, "num_key_value_heads": KEY_HEADS}
    path.write_text(json.dumps(config))
    return path


def peft_folder(tmp_path, tensors):
    folder = tmp_path / "peft"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"r": RANK, "lora_alpha": 32}))
    safetensors.save_file(tensors, folder / "adapter_model.safetensors")
    return folder


def pair(module, rows):
    """A LoRA of one module whose B has its row's number in every row."""
    numbers = np.repeat(np.arange(rows, dtype=np.float32)[:, None], RANK, axis=1)
    return {
        f"{LAYER}.{module}.lora_A.weight": np.full((RANK, SIZE), 0.5, np.float32),
        f"{LAYER}.{module}.lora_B.weight": numbers,
    }


def read_back(path):
    return {tensor.name: np.array(tensor.data) for tensor in gguf.GGUFReader(path).tensors}


def test_tensors_get_the_names_and_the_precision_of_llama_cpp(tmp_path, model_config):
    folder = peft_folder(tmp_path, {**pair("self_attn.v_proj", 8), **pair("mlp.down_proj", 8)})

    count = write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")

    tensors = read_back(tmp_path / "adapter.gguf")
    assert count == 4
    assert sorted(tensors) == [
        "blk.0.attn_v.weight.lora_a",
        "blk.0.attn_v.weight.lora_b",
        "blk.0.ffn_down.weight.lora_a",
        "blk.0.ffn_down.weight.lora_b",
    ]
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype(np.float16)}


def test_the_file_says_that_it_is_a_lora_and_how_strong(tmp_path, model_config):
    folder = peft_folder(tmp_path, pair("self_attn.o_proj", 8))

    write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")

    fields = gguf.GGUFReader(tmp_path / "adapter.gguf").fields
    assert fields["general.architecture"].contents() == "llama"
    assert fields["general.type"].contents() == "adapter"
    assert fields["adapter.type"].contents() == "lora"
    assert fields["adapter.lora.alpha"].contents() == 32.0


@pytest.mark.parametrize(
    ("module", "name", "heads"),
    [("self_attn.q_proj", "attn_q", HEADS), ("self_attn.k_proj", "attn_k", KEY_HEADS)],
)
def test_the_halves_of_each_head_are_interleaved_for_queries_and_keys(
    tmp_path, model_config, module, name, heads
):
    rows = heads * 4
    folder = peft_folder(tmp_path, pair(module, rows))

    write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")

    turned = read_back(tmp_path / "adapter.gguf")[f"blk.0.{name}.weight.lora_b"][:, 0].tolist()
    assert turned[:8] == [0, 2, 1, 3, 4, 6, 5, 7]
    assert sorted(turned) == list(range(rows))


def test_the_rows_of_other_modules_stay_where_they_are(tmp_path, model_config):
    folder = peft_folder(tmp_path, pair("self_attn.v_proj", 8))

    write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")

    rows = read_back(tmp_path / "adapter.gguf")["blk.0.attn_v.weight.lora_b"][:, 0].tolist()
    assert rows == list(range(8))


def test_the_file_is_private_and_nothing_else_is_left(tmp_path, model_config):
    folder = peft_folder(tmp_path, pair("mlp.up_proj", 8))
    out = tmp_path / "out" / "adapter.gguf"
    out.parent.mkdir()

    write_adapter(folder, model_config=model_config, out=out)

    assert out.stat().st_mode & 0o777 == 0o600
    assert list(out.parent.iterdir()) == [out]


def test_the_same_adapter_gives_the_same_bytes(tmp_path, model_config):
    folder = peft_folder(tmp_path, pair("self_attn.q_proj", 8))
    first, second = tmp_path / "first.gguf", tmp_path / "second.gguf"

    for out in (first, second):
        write_adapter(folder, model_config=model_config, out=out)

    assert first.read_bytes() == second.read_bytes()


def test_another_family_of_models_is_refused(tmp_path, model_config):
    model_config.write_text(json.dumps({"model_type": "falcon", "num_attention_heads": 4}))
    folder = peft_folder(tmp_path, pair("self_attn.q_proj", 8))

    with pytest.raises(AdapterUnconvertible):
        write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")

    assert not (tmp_path / "adapter.gguf").exists()


def test_an_adapter_of_other_parts_of_the_model_is_refused(tmp_path, model_config):
    folder = peft_folder(tmp_path, {"base_model.model.lm_head.lora_A.weight": np.ones((2, 2), np.float32)})

    with pytest.raises(AdapterUnconvertible):
        write_adapter(folder, model_config=model_config, out=tmp_path / "adapter.gguf")
