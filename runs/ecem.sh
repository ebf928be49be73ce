#!/usr/bin/env bash
# From clips with defects to a data set that can be annotated: a made folder like MELD's, the doctor, and the build, each compared with what was planted.
#
#   runs/ecem.sh [OUT [DIALOGUES]]
#   runs/ecem.sh out/ecem 12
#
# OUT/source is the folder that is made, OUT/set what could be published, OUT/set.films the films. A run that was stopped goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-out/ecem}
dialogues=${2:-12}
mkdir -p "$out"

famenet() { node --import tsx src/cli/main.ts "$@"; }
run() { node --import tsx "runs/ecem/$1.ts" "${@:2}"; }

run make "$out/source" "$dialogues"
famenet dataset doctor "$out/source" --fix "$out/fix.json" --json > "$out/doctor.json"
famenet dataset build --meld "$out/source" --out "$out/set"
run check "$out/source" "$out/doctor.json" "$out/set"
famenet dataset build --verify --out "$out/set"
