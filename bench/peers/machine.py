"""What every Python peer prints besides its figures: versions, threads and the matmul rate of this machine in this minute."""

import json
import os
import statistics
import time


def threads(n):
    """Before torch is imported: OpenMP reads it once."""
    os.environ["OMP_NUM_THREADS"] = str(n)
    os.environ["MKL_NUM_THREADS"] = str(n)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    torch.set_num_threads(n)
    return torch


def matmul_gflops(torch, sizes=(1024, 2048), seconds=1.5):
    """Best fp32 rate of torch.mm on square matrices, in GFLOPS."""
    rates = {}
    for n in sizes:
        a, b = torch.randn(n, n), torch.randn(n, n)
        out = torch.empty(n, n)
        torch.mm(a, b, out=out)
        best, until = float("inf"), time.perf_counter() + seconds
        while time.perf_counter() < until:
            t0 = time.perf_counter()
            torch.mm(a, b, out=out)
            best = min(best, time.perf_counter() - t0)
        rates[f"matmul{n}Gflops"] = round(2 * n**3 / best / 1e9, 1)
    return rates


def spread(values):
    return {"median": round(statistics.median(values), 5), "min": round(min(values), 5)}


def cpu():
    """Model name and what it can do, for the report."""
    try:
        lines = open("/proc/cpuinfo", encoding="utf-8").read().splitlines()
    except OSError:
        return {}
    pick = {k.strip(): v.strip() for k, v in (l.split(":", 1) for l in lines if ":" in l)}
    return {"cpu": pick.get("model name", "?"), "avx512": "avx512f" in pick.get("flags", "")}


def report(name, figures):
    import torch
    import transformers
    print(json.dumps({
        "name": name, "figures": figures,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__} | cpu(),
    }))
