"""The base model's weights as PyTorch can train on top of them: a folder as it is, a GGUF file unpacked once.

Runs in the training process only: `torch` and `transformers` come with the extra `trl`.
"""

import hashlib
import importlib
import os
import shutil
from pathlib import Path
from typing import Any


def plain_folder(model: Path, *, kept: Path) -> Path:
    """Return a folder that transformers loads: `model` itself, or what its GGUF file holds, in full precision.

    Args:
        model: a folder with `config.json`, or a GGUF file.
        kept: where unpacked models stay, each under the hash of its file.
    """
    if model.is_dir():
        return model
    with model.open("rb") as file:
        folder = kept / hashlib.file_digest(file, "sha256").hexdigest()
    if not folder.exists():
        made = kept / f".{folder.name}.{os.getpid()}"
        made.mkdir(mode=0o700, parents=True)
        _unpack(model, made)
        _put(made, folder)
    return folder


def _put(made: Path, folder: Path) -> None:
    """Move a whole folder to its place, unless another run was faster."""
    try:
        made.rename(folder)
    except OSError:
        shutil.rmtree(made)
        if not folder.exists():
            raise


def load(folder: Path) -> tuple[Any, Any]:
    """Return the tokenizer and the model, in full precision."""
    transformers, torch = importlib.import_module("transformers"), importlib.import_module("torch")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return tokenizer, model


def _unpack(file: Path, folder: Path) -> None:
    """Save what a GGUF file holds. transformers cannot save what it loaded so: the weights move to a plain model."""
    transformers, torch = importlib.import_module("transformers"), importlib.import_module("torch")
    whence = {"pretrained_model_name_or_path": file.parent, "gguf_file": file.name}
    transformers.AutoTokenizer.from_pretrained(**whence).save_pretrained(folder)
    packed = transformers.AutoModelForCausalLM.from_pretrained(**whence, dtype=torch.float32)
    del packed.config.quantization_config
    plain = type(packed)(packed.config)
    plain.load_state_dict(packed.state_dict(), strict=False)
    plain.tie_weights()
    plain.save_pretrained(folder)
