#!/usr/bin/env bash
# From clips with defects to a published data set: a made folder like MELD's, the doctor and the build, each compared with what was planted, three scripted
# annotators, and what was published, counted and exported.
#
#   runs/ecem.sh [OUT [DIALOGUES]]
#   runs/ecem.sh out/ecem 12
#
# OUT/source is the folder that is made, OUT/set what could be published, OUT/set.films the films, OUT/annotated the campaign, OUT/published what came of it.
# What is made, and films that are built, are kept for the next run. GATE: the model that compares drafts; a tiny made one unless told, which shows no more than
# that the gate works.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-out/ecem}
dialogues=${2:-12}
gate=${GATE:-test/fixtures/roberta-tiny}
mkdir -p "$out"

famenet() { node --import tsx src/cli/main.ts "$@"; }
run() { node --import tsx "runs/ecem/$1.ts" "${@:2}"; }

run make "$out/source" "$dialogues"
famenet dataset doctor "$out/source" --fix "$out/fix.json" --json > "$out/doctor.json"
famenet dataset build --meld "$out/source" --out "$out/set"
run check "$out/source" "$out/doctor.json" "$out/set"
famenet dataset build --verify --out "$out/set"
run annotate "$out/set/train.json" "$out/source" "$gate" "$out/annotated"
famenet annotate export --db "$out/annotated/annotations.db" --out "$out/annotated/ecem.json"
famenet dataset doctor "$out/annotated/ecem.json" --meld "$out/source"
famenet dataset stats --db "$out/annotated/annotations.db" --html "$out/report.html"
rm -rf "$out/published"
famenet dataset export --db "$out/annotated/annotations.db" --format hf --out "$out/published"
