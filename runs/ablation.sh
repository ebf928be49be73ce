#!/usr/bin/env bash
# The paper's Table 4 on a made world: which causes does a model still name when it does not see, hear of faces, or read?
#
#   runs/ablation.sh [MODEL [OUT [LEARNT [ASKED [SEEDS]]]]]
#   runs/ablation.sh models/mini out/ablation 200 100 "1 2 3"
#
# Two worlds with known causes are made: of LEARNT dialogues for training (eight of ten) and development, and of another seed the test part alone, ASKED
# dialogues. For each seed g is trained anew while the decoder stays frozen, and each g is asked about the test with every combination of modalities; then the
# table and the chart are written: OUT/ablation.txt, .md, .svg, .json. Without V, g has no part in a prompt, so those answers are the first seed's for all.
# A run that was stopped goes on: finished stages are kept, an unfinished one goes on inside. More seeds may be asked for later.
# Paths are seen from the root of the checkout. More is set by environment:
#   DROP     chance that an example of training lacks a modality (default 0.3; empty: none ever does)
#   G        folder of g's that were trained elsewhere, seed-N/best.safetensors each: then none is trained, and no films are made to learn from
#   FRAMES   pictures of each film that the model sees (default 8, what FAME-mini learnt with)
#   SYNTH, TRAIN, PREDICT   further options of these commands, such as TRAIN="--epochs 6 --rate 1e-3"
set -euo pipefail
cd "$(dirname "$0")/.."

model=${1:-models/mini}
out=${2:-out/ablation}
learnt=${3:-300}
asked=${4:-100}
read -ra seeds <<< "${5:-1 2 3}"
drop=${DROP-0.3}
frames=${FRAMES:-8}
read -ra synth <<< "${SYNTH:-}"
read -ra train <<< "${TRAIN:-}"
read -ra predict <<< "${PREDICT:-}"
world=$out/world
test=$out/test
shared=(--model "$model" --frames "$frames" --cache "$out/cache")

# What stages that are skipped were made with must be what is asked for now.
weights=$(cat "$model"/*.safetensors | cksum)
mkdir -p "$out"
settings="model $model ($weights), $learnt and $asked dialogues, drop '$drop', $frames frames, G '${G:-}', SYNTH '${SYNTH:-}', TRAIN '${TRAIN:-}', PREDICT '${PREDICT:-}'"
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

stage "$out/world.json" synth "$world" --split --dialogues "$learnt" --seed 7 ${G:+--no-video} ${synth[@]+"${synth[@]}"}
stage "$out/test.json" synth "$test" --split --part test --dialogues $((10 * asked)) --seed 8 ${synth[@]+"${synth[@]}"}

for seed in "${seeds[@]}"; do
  if [ -n "${G:-}" ]; then
    run=$G/seed-$seed
  else
    run=$out/train/seed-$seed
    stage "$run/trained.json" train "$world" "${shared[@]}" --modalities VTE --fresh linear --seed "$seed" --out "$run" \
      ${drop:+--drop "$drop"} ${train[@]+"${train[@]}"}
    if ! grep -q '"leftOut": 0,' "$run/trained.json"; then
      echo "Seed $seed learnt from fewer examples than the others: see 'left out' in $run/run.jsonl, remove $run and run this again." >&2
      exit 1
    fi
  fi
  for modalities in V E T VE VT TE VTE; do
    answers=$out/answers/seed-$seed/$modalities
    first=$out/answers/seed-${seeds[0]}/$modalities
    if [[ $modalities != *V* && $seed != "${seeds[0]}" ]]; then
      mkdir -p "$(dirname "$answers")"
      cp "$first.jsonl" "$answers.jsonl"
      continue
    fi
    stage "$answers.json" predict "$test" "${shared[@]}" --modalities "$modalities" --projector "$run/best.safetensors" \
      --out "$answers.jsonl" ${predict[@]+"${predict[@]}"}
  done
done

node --import tsx runs/ablation/table.ts "$world" "$test" "$out/answers" "$out" "${seeds[@]}"
