#!/usr/bin/env bash
# FAME-mini, from research data and the made world to the folder that is shipped.
#
#   runs/mini.sh DATA [OUT [MODEL]]
#   runs/mini.sh ../data out/mini models/mini
#
# DATA holds ecem/, meld/ and related/ as models/mini/README.md names them; none of it is in this repository. A run that was stopped goes on: a stage whose
# mark lies in OUT is skipped, an unfinished one goes on inside. OUT/times.tsv has the seconds of each. More is set by environment:
#   STEPS    of pretraining (default 3000)        FILMS   of the made world that are learnt from (default 240)
#   PAIRS    explanations made by rule (default 10000)
#   EPOCHS   of learning causes (default 4)       FAMENET_THREADS   threads of the engine (default: its choice)
set -euo pipefail
cd "$(dirname "$0")/.."

data=${1:?the folder of research data}
out=${2:-out/mini}
model=${3:-models/mini}
steps=${STEPS:-3000}
pairs=${PAIRS:-10000}
films=${FILMS:-240}
export FAMENET_FILMS=$films
mkdir -p "$out"

# stage NAME COMMAND…: runs a command once and notes how long it took.
stage() {
  local name=$1
  shift
  if [ -f "$out/$name.done" ]; then
    echo "Kept: $name" >&2
    return
  fi
  echo "$name: $*" >&2
  local began=$SECONDS
  "$@" 2>&1 | tee -a "$out/$name.log"
  printf '%s\t%s s\n' "$name" $((SECONDS - began)) >> "$out/times.tsv"
  touch "$out/$name.done"
}
famenet() { node --import tsx src/cli/main.ts "$@"; }
run() { node --import tsx "runs/mini/$1.ts" "${@:2}"; }

stage clean famenet dataset clean "$data/ecem/train.json" --meld "$data/meld" --out "$out/train.json"
stage clean-dev famenet dataset clean "$data/ecem/dev.json" --meld "$data/meld" --out "$out/dev.json"
stage pretrain run pretrain "$data" "$out" "$steps"
stage pairs run pairs "$data" "$out" "$pairs"
stage sight run sight "$out/sight" ${FAMENET_THREADS:-}
stage world famenet synth "$out/world" --dialogues 700 --seed 6 --split
stage faces run faces "$out/world" "$out/cache" "$films"
stage causes famenet train "$out/train.json" --meld "$data/meld" --model "$out/pairs/best" --modalities T --trainable all --share 0.05 --seed 1 \
  --epochs "${EPOCHS:-4}" --batch 8 --rate 3e-4 --decay 0.1 --warmup 0.05 --look-every 100 --out "$out/causes"
stage average run average "$out/pairs/best" "$out/causes/best" "$out/average"
stage scenes run scenes "$data" "$out" scenes
stage together run scenes "$data" "$out" together
stage g run scenes "$data" "$out" g
stage finish run finish "$out" "$model"
stage predict famenet predict "$out/dev.json" --meld "$data/meld" --model "$model" --modalities T --out "$out/dev.jsonl"
stage evaluate famenet evaluate --predictions "$out/dev.jsonl" --references "$out/dev.json"
