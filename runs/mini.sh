#!/usr/bin/env bash
# FAME-mini, from research data and the made world to the folder that is shipped.
#
#   runs/mini.sh DATA [OUT [MODEL]]
#   runs/mini.sh ../data out/mini models/mini
#
# DATA holds ecem/, meld/ and related/ as models/mini/README.md names them; none of it is in this repository. A run that was stopped goes on: a stage whose
# mark lies in OUT is skipped, an unfinished one goes on inside. OUT/times.tsv has the seconds of each. More is set by environment:
#   STEPS    of pretraining (default 1800)        FILMS     of the made world whose faces are read (default 80)
#   PAIRS    explanations made by rule (default 9000)   STORIES   of the made world that are learnt from (default 3000)
#   TALKS    one dialogue in so many gets faces, as the made world's have (default 8; 0: none)
#   EPOCHS   of learning causes (default 2.5)     FAMENET_THREADS   threads of the engine (default: its choice)
set -euo pipefail
cd "$(dirname "$0")/.."

data=${1:?the folder of research data}
out=${2:-out/mini}
model=${3:-models/mini}
steps=${STEPS:-1800}
pairs=${PAIRS:-9000}
films=${FILMS:-80}
stories=${STORIES:-3000}
epochs=${EPOCHS:-2.5}
talks=${TALKS:-8}
seed=6 # of the world
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
stage sight run sight "$out/sight" ${FAMENET_THREADS:-}
stage world famenet synth "$out/world" --dialogues $((films * 5 / 4)) --seed $seed --split
stage faces run faces "$out" "$films" $seed
stage stories run stories "$out" "$stories"
stage pairs run pairs "$data" "$out" "$pairs" "$stories" "$talks"
stage causes run causes "$data" "$out" "$epochs" $((stories / 3)) "$talks"
stage average run average "$out/average" "$out/pairs/best" "$out/causes/best"
stage g run g "$out" "$stories"
stage finish run finish "$out" "$model" "$talks"
stage predict famenet predict "$out/dev.json" --meld "$data/meld" --model "$model" --modalities T --out "$out/dev.jsonl"
stage evaluate famenet evaluate --predictions "$out/dev.jsonl" --references "$out/dev.json"
