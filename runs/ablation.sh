#!/usr/bin/env bash
# The paper's Table 4 on a made world: which causes does a model still name when it does not see, hear of faces, or read?
#
#   runs/ablation.sh [MODEL [OUT [DIALOGUES [SEEDS]]]]
#   runs/ablation.sh models/mini out/ablation 300 "1 2 3"
#
# A world with known causes is made, for each seed g is trained anew while the decoder stays frozen, and each g is asked about the test part with every
# combination of modalities; then the table and the chart are written: OUT/ablation.txt, .md, .svg, .json.
# A run that was stopped goes on: finished stages are kept, an unfinished one goes on inside. More seeds may be asked for later.
# Paths are seen from the root of the checkout. More is set by environment:
#   DROP     chance that an example of training lacks a modality (default 0.3; empty: none ever does)
#   FRAMES   pictures of each film that the model sees (default 100)
#   SYNTH, TRAIN, PREDICT   further options of these commands, such as TRAIN="--epochs 6 --rate 1e-3"
set -euo pipefail
cd "$(dirname "$0")/.."

model=${1:-models/mini}
out=${2:-out/ablation}
dialogues=${3:-300}
read -ra seeds <<< "${4:-1 2 3}"
drop=${DROP-0.3}
frames=${FRAMES:-100}
read -ra synth <<< "${SYNTH:-}"
read -ra train <<< "${TRAIN:-}"
read -ra predict <<< "${PREDICT:-}"
world=$out/world
shared=(--model "$model" --frames "$frames" --cache "$out/cache")

# What stages that are skipped were made with must be what is asked for now.
weights=$(cat "$model"/*.safetensors | cksum)
mkdir -p "$out"
settings="model $model ($weights), $dialogues dialogues, drop '$drop', $frames frames, SYNTH '${SYNTH:-}', TRAIN '${TRAIN:-}', PREDICT '${PREDICT:-}'"
if [ -f "$out/settings" ] && [ "$(cat "$out/settings")" != "$settings" ]; then
  printf 'In %s there is another ablation:\n  %s\nnot\n  %s\nGive another OUT.\n' "$out" "$(cat "$out/settings")" "$settings" >&2
  exit 2
fi
printf '%s\n' "$settings" > "$out/settings"

# stage RESULT VERB ARGUMENTS…: runs a command once. Its result is put in place when it has ended, and where one is, the stage is skipped.
stage() {
  local result=$1
  shift
  if [ -f "$result" ]; then
    echo "Kept: $result" >&2
    return
  fi
  echo "famenet $*" >&2
  mkdir -p "$(dirname "$result")"
  node --import tsx src/cli/main.ts "$@" --json > "$result.part"
  mv "$result.part" "$result"
}

stage "$out/world.json" synth "$world" --split --dialogues "$dialogues" --seed 6 ${synth[@]+"${synth[@]}"}

for seed in "${seeds[@]}"; do
  run=$out/train/seed-$seed
  stage "$run/trained.json" train "$world" "${shared[@]}" --modalities VTE --fresh linear --seed "$seed" --out "$run" \
    ${drop:+--drop "$drop"} ${train[@]+"${train[@]}"}
  if ! grep -q '"leftOut": 0,' "$run/trained.json"; then
    echo "Seed $seed learnt from fewer examples than the others: see 'left out' in $run/run.jsonl, remove $run and run this again." >&2
    exit 1
  fi
  for modalities in V E T VE VT TE VTE; do
    answers=$out/answers/seed-$seed/$modalities
    stage "$answers.json" predict "$world" "${shared[@]}" --modalities "$modalities" --projector "$run/best.safetensors" \
      --out "$answers.jsonl" ${predict[@]+"${predict[@]}"}
  done
done

node --import tsx runs/ablation/table.ts "$world" "$out/answers" "$out" "${seeds[@]}"
