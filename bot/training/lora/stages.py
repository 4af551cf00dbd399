"""One stage of local training: SFT on the model, DPO or KTO on the adapter that SFT left. Goes on from its checkpoints.

Runs in the training process only: `torch`, `peft` and `trl` come with the extra `trl`.
"""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.training.lora.plan import Plan, Stage
from bot.training.lora.rows import FILES, Method, load

# Steps of this stage that are done, and the figures that TRL tells with them.
Tell = Callable[[int, Mapping[str, Any]], None]
_TRAINERS: Mapping[Method, str] = {"sft": "SFT", "dpo": "DPO", "kto": "KTO"}
_CHECKPOINTS = 4  # per stage: what is lost at most is a quarter of it
_MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def run_stage(
    stage: Stage,
    *,
    plan: Plan,
    base: tuple[Any, Any],
    adapter: Path | None,
    folder: Path,
    rows: Path,
    tell: Tell,
) -> Path:
    """Train one stage and return the folder of its adapter; a stage that was done is not done again.

    Args:
        stage: what to do.
        plan: that it belongs to.
        base: the tokenizer and the model without any adapter.
        adapter: that of the stage before; None for the first.
        folder: of this stage: checkpoints and the adapter.
        rows: the folder of rows.
        tell: hears how far it is.
    """
    done = folder / "adapter"
    if done.exists():
        return done
    trainer = _trainer(stage, plan=plan, base=base, adapter=adapter, folder=folder, rows=rows)
    trainer.add_callback(_listener(tell))
    trainer.train(resume_from_checkpoint=_newest(folder))
    trainer.save_model(folder / "adapter.part")
    (folder / "adapter.part").rename(done)
    return done


def _newest(folder: Path) -> str | None:
    """Return the last checkpoint that is whole: its state is written at the end."""
    whole = [state.parent for state in folder.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _trainer(
    stage: Stage, *, plan: Plan, base: tuple[Any, Any], adapter: Path | None, folder: Path, rows: Path
) -> Any:
    trl, kind = importlib.import_module("trl"), _TRAINERS[stage.method]
    tokenizer, model = base
    lines = load(rows / FILES[stage.method], method=stage.method, places=stage.places)
    return getattr(trl, f"{kind}Trainer")(
        model=model if adapter is None else _tuned(model, adapter),
        args=getattr(trl, f"{kind}Config")(**_arguments(stage, plan=plan, folder=folder)),
        train_dataset=importlib.import_module("datasets").Dataset.from_list(lines),
        processing_class=tokenizer,
        # On an adapter that is there TRL makes a frozen copy of it the reference: the model that SFT made.
        peft_config=_new_adapter(plan) if adapter is None else None,
    )


def _tuned(model: Any, adapter: Path) -> Any:
    return importlib.import_module("peft").PeftModel.from_pretrained(model, adapter, is_trainable=True)


def _new_adapter(plan: Plan) -> Any:
    return importlib.import_module("peft").LoraConfig(
        r=plan.lora["r"],
        lora_alpha=plan.lora["alpha"],
        lora_dropout=0.0,
        target_modules=list(_MODULES),
        task_type="CAUSAL_LM",
    )


def _arguments(stage: Stage, *, plan: Plan, folder: Path) -> dict[str, Any]:
    """Return what TRL is told. The rows come in their order, each as often as it counts: TRL need not draw."""
    return {
        "output_dir": str(folder),
        "max_length": plan.max_length,
        "learning_rate": stage.rate,
        "lr_scheduler_type": "cosine",
        "per_device_train_batch_size": stage.batch,
        "max_steps": stage.steps,
        "logging_steps": 1,
        "save_strategy": "steps",
        "save_steps": max(1, stage.steps // _CHECKPOINTS),
        "save_total_limit": 2,
        "seed": plan.seed,
        "bf16": False,
        "fp16": False,
        "report_to": [],
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "use_cpu": not importlib.import_module("torch").cuda.is_available(),
        **_own_arguments(stage),
    }


def _own_arguments(stage: Stage) -> dict[str, Any]:
    if stage.method == "sft":
        return {"completion_only_loss": True}
    return {"beta": 0.1} if stage.method == "kto" else {"beta": 0.1, "label_smoothing": stage.smoothing}


def _listener(tell: Tell) -> Any:
    """Return TRL's own kind of listener that passes steps and figures on."""
    base = importlib.import_module("transformers").TrainerCallback

    def on_log(_self: Any, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:
        tell(int(state.global_step), dict(logs or {}))

    return type("Listener", (base,), {"on_log": on_log})()
