"""Seconds that pycocoevalcap needs for BLEU, ROUGE-L and CIDEr together, and for METEOR with the start of its Java program. Needs Java.

PAIRS holds one JSON object a line, {"hyp": tokens, "refs": [tokens]}, tokens joined by spaces.
"""

import argparse
import json
import os
import time
from importlib.metadata import version
from pathlib import Path

import pycocoevalcap.meteor.meteor as meteor
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge


def timed(run):
    """Seconds on the clock, and of all cores: those of a Java program that has ended count too."""
    cpu = lambda: sum(os.times()[:4])
    start, before = time.perf_counter(), cpu()
    result = run()
    return {"seconds": time.perf_counter() - start, "cpuSeconds": cpu() - before}, result


def lexical(gts, res):
    bleu = Bleu(4).compute_score(gts, res, verbose=0)[0]
    return {**{f"BLEU-{k + 1}": bleu[k] for k in range(4)}, "ROUGE-L": float(Rouge().compute_score(gts, res)[0]), "CIDEr-D": float(Cider().compute_score(gts, res)[0])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs", nargs="?")
    parser.add_argument("--measure", choices=["lexical", "meteor"])
    args = parser.parse_args()
    figures = {"table": str(Path(meteor.__file__).parent / "data" / "paraphrase-en.gz")}
    if args.pairs:
        rows = [json.loads(line) for line in open(args.pairs, encoding="utf8")]
        gts, res = {i: row["refs"] for i, row in enumerate(rows)}, {i: [row["hyp"]] for i, row in enumerate(rows)}
        if args.measure == "lexical":
            seconds, figures["scores"] = timed(lambda: lexical(gts, res))
        else:
            seconds, score = timed(lambda: meteor.Meteor().compute_score(gts, res)[0])
            figures["scores"] = {"METEOR": score}
        figures.update(seconds)
    print(json.dumps({"name": "pycocoevalcap", "figures": figures, "versions": {"pycocoevalcap": version("pycocoevalcap")}}))


main()
