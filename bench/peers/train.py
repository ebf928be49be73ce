"""
One training step of a small LLaMA decoder in PyTorch: seconds of forward, backward and AdamW, best of both CPU implementations.
`python bench/peers/train.py --config 17m --batch 8 --tokens 192 --steps 12 --threads 2` prints one line of JSON.
"""

import argparse
import json
import time
from pathlib import Path

from machine import matmul_gflops, report, spread, threads

args = argparse.ArgumentParser(description=__doc__)
args.add_argument("--config", default="17m", help="a name in train.json")
args.add_argument("--batch", type=int, default=8)
args.add_argument("--tokens", type=int, default=192)
args.add_argument("--steps", type=int, default=12, help="timed steps for each optimiser, after two to warm up")
args.add_argument("--threads", type=int, default=2)
a = args.parse_args()

torch = threads(a.threads)
from transformers import LlamaConfig, LlamaForCausalLM

torch.manual_seed(1)
config = LlamaConfig(**json.loads((Path(__file__).parent / "train.json").read_text())[a.config], attn_implementation="sdpa")


def measure(kind):
    """Seconds per step, split, with `fused` or `foreach` AdamW."""
    model = LlamaForCausalLM(config).float().train()
    groups = [
        {"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), eps=1e-8, **{kind: True})
    ids = torch.randint(3, config.vocab_size, (a.batch, a.tokens))
    parts = {"forward": [], "backward": [], "clip": [], "optimiser": [], "step": []}
    for step in range(a.steps + 2):
        t0 = time.perf_counter()
        loss = model(input_ids=ids, labels=ids, use_cache=False).loss
        t1 = time.perf_counter()
        loss.backward()
        t2 = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        t3 = time.perf_counter()
        optimiser.step()
        optimiser.zero_grad()
        t4 = time.perf_counter()
        if step >= 2:
            for k, s in zip(parts, (t1 - t0, t2 - t1, t3 - t2, t4 - t3, t4 - t0)):
                parts[k].append(s)
    return model, {k: spread(v) for k, v in parts.items()}, float(loss.detach())


rates = matmul_gflops(torch)
runs = {kind: measure(kind) for kind in ("foreach", "fused")}
best = min(runs, key=lambda k: runs[k][1]["step"]["min"])
model, times, loss = runs[best]
report("torch-train", {
    "config": a.config, "parameters": sum(p.numel() for p in model.parameters()), "batch": a.batch, "tokens": a.tokens, "threads": a.threads,
    "steps": a.steps, "optimiser": best, "seconds": times, "secondsByOptimiser": {k: r[1]["optimiser"] for k, r in runs.items()},
    "tokensPerSecond": round(a.batch * a.tokens / times["step"]["min"], 1), "lastLoss": round(loss, 4),
} | rates)
