"""What a local training run does, and which rows it sees."""

import json

from bot.training.lora.plan import PACES, kept_plan, make_plan
from bot.training.lora.rows import FILES, as_trained, drawn, load, smoothing

PROMPT = [{"role": "user", "content": "Announce it"}]
TEXT = [{"role": "assistant", "content": "It is so."}]


def write_rows(folder, *, sft=0, pairs=0, ups=0, downs=0, weight=1.0):
    common = {"weight": weight, "source": ["Ev1"]}
    rows = {
        "sft": [{"messages": PROMPT + TEXT, **common}] * sft,
        "dpo": [{"prompt": PROMPT, "chosen": TEXT, "rejected": TEXT, **common}] * pairs,
        "kto": [{"prompt": PROMPT, "completion": TEXT, "label": True, **common}] * ups
        + [{"prompt": PROMPT, "completion": TEXT, "label": False, **common}] * downs,
    }
    folder.mkdir(exist_ok=True)
    for method, lines in rows.items():
        (folder / FILES[method]).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def methods(plan):
    return [stage.method for stage in plan.stages]


def test_texts_alone_are_imitated(tmp_path):
    plan = make_plan(write_rows(tmp_path, sft=20), most_steps={})

    assert methods(plan) == ["sft"]
    assert plan.name == "sft"


def test_pairs_are_trained_on_top_of_the_texts(tmp_path):
    plan = make_plan(write_rows(tmp_path, sft=20, pairs=20, ups=10, downs=10), most_steps={})

    assert methods(plan) == ["sft", "dpo"]


def test_lone_thumbs_are_used_only_where_there_are_no_pairs(tmp_path):
    plan = make_plan(write_rows(tmp_path, sft=20, ups=6, downs=6), most_steps={})

    assert methods(plan) == ["sft", "kto"]


def test_thumbs_that_all_say_the_same_teach_nothing(tmp_path):
    plan = make_plan(write_rows(tmp_path, sft=20, ups=20), most_steps={})

    assert methods(plan) == ["sft"]


def test_without_texts_to_imitate_nothing_runs(tmp_path):
    plan = make_plan(write_rows(tmp_path, pairs=50, ups=20, downs=20), most_steps={})

    assert plan.stages == ()


def test_more_rows_take_more_steps_up_to_a_limit():
    pace = PACES["sft"]

    assert pace.steps(10) == pace.fewest
    assert pace.steps(400) == 200
    assert pace.steps(1_000_000) == pace.most


def test_a_method_can_be_shortened_or_left_out(tmp_path):
    rows = write_rows(tmp_path, sft=20, pairs=20)

    plan = make_plan(rows, most_steps={"sft": 5, "dpo": 0})

    assert [(stage.method, stage.steps) for stage in plan.stages] == [("sft", 5)]
    assert plan.steps == 5


def test_a_stage_has_rows_for_each_of_its_steps(tmp_path):
    (stage,) = make_plan(write_rows(tmp_path, sft=10), most_steps={}).stages

    assert len(stage.places) == stage.steps * stage.batch
    assert set(stage.places) == set(range(10))


def test_a_plan_is_made_once(tmp_path):
    rows = write_rows(tmp_path / "rows", sft=20, pairs=20)
    first = kept_plan(tmp_path / "plan.json", rows=rows, most_steps={})
    write_rows(tmp_path / "rows", sft=100)

    second = kept_plan(tmp_path / "plan.json", rows=rows, most_steps={"sft": 1})

    assert second == first


def test_doubtful_pairs_soften_the_whole_run(tmp_path):
    plan = make_plan(write_rows(tmp_path, sft=20, pairs=20, weight=0.8), most_steps={})

    assert [stage.smoothing for stage in plan.stages] == [0.0, 0.2]
    assert smoothing([]) == 0.0


def test_a_row_is_seen_as_often_as_it_counts():
    places = drawn([1.0] * 200 + [0.7] * 200, wanted=20_000, seed=1)

    share = sum(place >= 200 for place in places) / sum(place < 200 for place in places)
    assert 0.67 < share < 0.73


def test_the_same_seed_draws_the_same_rows_and_another_seed_others():
    weights = [0.8] * 30

    assert drawn(weights, wanted=50, seed=1) == drawn(weights, wanted=50, seed=1)
    assert drawn(weights, wanted=50, seed=1) != drawn(weights, wanted=50, seed=2)


def test_every_epoch_sees_every_whole_row_once_in_another_order():
    places = drawn([1.0] * 40, wanted=80, seed=1)

    assert sorted(places[:40]) == sorted(places[40:]) == list(range(40))
    assert places[:40] != places[40:]


def test_rows_of_no_weight_are_never_drawn():
    assert drawn([0.0, 0.0], wanted=10, seed=1) == []
    assert drawn([], wanted=10, seed=1) == []


def test_a_conversation_becomes_prompt_and_completion_without_our_own_columns():
    row = {"messages": PROMPT + TEXT, "weight": 1.0, "source": ["Ev1"]}

    assert as_trained(row, method="sft") == {"prompt": PROMPT, "completion": TEXT}


def test_rows_come_in_the_order_of_their_places(tmp_path):
    path = tmp_path / "rows.jsonl"
    lines = [{"prompt": [number], "chosen": [], "rejected": [], "weight": 1} for number in range(4)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    rows = load(path, method="dpo", places=[2, 0, 2])

    assert [row["prompt"] for row in rows] == [[2], [0], [2]]
