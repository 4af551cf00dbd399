"""Makes a tiny Llama with random weights and a tokenizer of single characters: `python make_model.py FOLDER`."""

import string
import sys

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEMPLATE = (
    "{% for message in messages %}<s>{{ message['role'] }}: {{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant: {% endif %}"
)

characters = ["<s>", "</s>", "<?>", *string.printable]
tokenizer = Tokenizer(models.WordLevel({token: number for number, token in enumerate(characters)}, "<?>"))
tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
tokenizer.add_special_tokens(["<s>", "</s>", "<?>"])
fast = PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>", unk_token="<?>", chat_template=TEMPLATE
)
fast.save_pretrained(sys.argv[1])
torch.manual_seed(0)
sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256}
ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
LlamaForCausalLM(LlamaConfig(vocab_size=len(fast), **sizes, **heads, **ends)).save_pretrained(sys.argv[1])
