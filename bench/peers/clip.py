"""
CLIP ViT-L/14@336 in PyTorch with random weights: frames per second up to the last layer but one (what LLaVA uses).
`python bench/peers/clip.py --frames 3 --threads 2` prints one line of JSON.
"""

import argparse
import time

from machine import matmul_gflops, report, spread, threads

args = argparse.ArgumentParser(description=__doc__)
args.add_argument("--batches", type=int, nargs="+", default=[1, 4])
args.add_argument("--runs", type=int, default=4, help="timed runs for each batch size, after one to warm up")
args.add_argument("--threads", type=int, default=2)
a = args.parse_args()

torch = threads(a.threads)
from transformers import CLIPVisionConfig, CLIPVisionModel

torch.manual_seed(1)
config = CLIPVisionConfig(
    hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=336, patch_size=14,
    projection_dim=768, attn_implementation="sdpa",
)
rates = matmul_gflops(torch)
model = CLIPVisionModel(config).float().eval()
# The last layer and the pooling are not needed for hidden_states[-2]: both engines leave them out.
model.encoder.layers = model.encoder.layers[:-1]
figures = {}
with torch.inference_mode():
    for batch in a.batches:
        pixels = torch.randn(batch, 3, 336, 336)
        seconds = []
        for run in range(a.runs + 1):
            t0 = time.perf_counter()
            out = model(pixels, output_hidden_states=True).hidden_states[-1]
            if run:
                seconds.append(time.perf_counter() - t0)
        assert out.shape == (batch, 577, 1024)
        figures[f"batch{batch}"] = {"secondsPerFrame": spread([s / batch for s in seconds]), "framesPerSecond": round(batch / min(seconds), 3)}
report("torch-clip-l14-336", {"layers": 23, "threads": a.threads} | figures | rates)
