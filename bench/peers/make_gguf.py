"""
A GGUF file of the shape of a 7B LLaMA with random 4-bit weights, written tensor by tensor: speed does not depend on what the weights say.
`python bench/peers/make_gguf.py --out bench/.cache/random-7b.gguf` (3.8 GB); `--layers 4` for a quick look (0.7 GB).
Types follow llama.cpp's own Q4_0 files: Q4_0 everywhere, Q6_K for the output layer, F32 for norms.
"""

import argparse
from pathlib import Path

import gguf
import numpy as np

args = argparse.ArgumentParser(description=__doc__)
args.add_argument("--out", type=Path, required=True)
args.add_argument("--layers", type=int, default=32)
args.add_argument("--hidden", type=int, default=4096)
args.add_argument("--heads", type=int, default=32)
args.add_argument("--kv-heads", type=int, default=32)
args.add_argument("--mlp", type=int, default=11008)
args.add_argument("--vocab", type=int, default=32000)
args.add_argument("--context", type=int, default=2048)
a = args.parse_args()
r = np.random.default_rng(1)
Q = gguf.GGMLQuantizationType


def q4_0(rows, columns):
    """Blocks of 32 weights: one fp16 scale, 16 bytes of nibbles; weight = scale * (nibble - 8), here of size about 1/sqrt(columns)."""
    blocks = rows * columns // 32
    out = np.empty((blocks, 18), np.uint8)
    out[:, 2:] = r.integers(0, 256, (blocks, 16), np.uint8)
    out[:, :2] = (r.uniform(0.8, 1.2, (blocks, 1)) / 4.6 / columns**0.5).astype(np.float16).view(np.uint8)
    return out.reshape(rows, columns // 32 * 18)


def q6_k(rows, columns):
    """Blocks of 256: 128 + 64 bytes of 6-bit weights less 32, 16 int8 scales, one fp16 scale."""
    blocks = rows * columns // 256
    out = np.empty((blocks, 210), np.uint8)
    out[:, :192] = r.integers(0, 256, (blocks, 192), np.uint8)
    out[:, 192:208] = r.integers(24, 40, (blocks, 16), np.uint8)
    out[:, 208:] = np.full((blocks, 1), 1 / 32 / 18.5 / columns**0.5, np.float16).view(np.uint8)
    return out.reshape(rows, columns // 256 * 210)


def norm():
    return r.uniform(0.9, 1.1, a.hidden).astype(np.float32)


d, kv = a.hidden, a.hidden // a.heads * a.kv_heads
plan = [("token_embd.weight", Q.Q4_0, a.vocab, d)]
for i in range(a.layers):
    plan += [(f"blk.{i}.{n}.weight", t, o, c) for n, t, o, c in (
        ("attn_norm", Q.F32, 0, d), ("attn_q", Q.Q4_0, d, d), ("attn_k", Q.Q4_0, kv, d), ("attn_v", Q.Q4_0, kv, d), ("attn_output", Q.Q4_0, d, d),
        ("ffn_norm", Q.F32, 0, d), ("ffn_gate", Q.Q4_0, a.mlp, d), ("ffn_up", Q.Q4_0, a.mlp, d), ("ffn_down", Q.Q4_0, d, a.mlp),
    )]
plan += [("output_norm.weight", Q.F32, 0, d), ("output.weight", Q.Q6_K, a.vocab, d)]
BYTES = {Q.Q4_0: 18 / 32, Q.Q6_K: 210 / 256}

a.out.parent.mkdir(parents=True, exist_ok=True)
w = gguf.GGUFWriter(a.out, "llama")
w.add_name("random")
w.add_context_length(a.context)
w.add_embedding_length(d)
w.add_block_count(a.layers)
w.add_feed_forward_length(a.mlp)
w.add_head_count(a.heads)
w.add_head_count_kv(a.kv_heads)
w.add_rope_dimension_count(d // a.heads)
w.add_rope_freq_base(10000.0)
w.add_layer_norm_rms_eps(1e-5)
w.add_vocab_size(a.vocab)
w.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
w.add_tokenizer_model("llama")
names = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
names += [f"\u2581w{i}" for i in range(a.vocab - len(names))]
T = gguf.TokenType
w.add_token_list(names)
w.add_token_scores([0.0] * 259 + [-float(i) for i in range(a.vocab - 259)])
w.add_token_types([T.UNKNOWN, T.CONTROL, T.CONTROL] + [T.BYTE] * 256 + [T.NORMAL] * (a.vocab - 259))
w.add_bos_token_id(1)
w.add_eos_token_id(2)
for name, kind, rows, columns in plan:
    if kind == Q.F32:
        w.add_tensor_info(name, (columns,), np.dtype(np.float32), columns * 4)
    else:
        width = int(columns * BYTES[kind])
        w.add_tensor_info(name, (rows, width), np.dtype(np.uint8), rows * width, raw_dtype=kind)
w.write_header_to_file()
w.write_kv_data_to_file()
w.write_ti_data_to_file()
for name, kind, rows, columns in plan:
    w.write_tensor_data(norm() if kind == Q.F32 else q4_0(rows, columns) if kind == Q.Q4_0 else q6_k(rows, columns))
w.close()
print(f"{a.out} {a.out.stat().st_size / 1e9:.2f} GB")
