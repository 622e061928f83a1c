#!/usr/bin/env bash
# How long a cold process takes to its first answer: the tool published with compiled code (ReadyToRun), each command as a new process.
#   bash bench/cold-start.sh [RUNS]
# Prints the median milliseconds of RUNS processes (11), from start to exit.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-11}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish src/CudaKernels.Cli -c Release -r linux-x64 --self-contained false -o "$work/tool" -m:2 -v q --nologo >"$work/publish.log" || { cat "$work/publish.log"; exit 1; }

median() {
  for ((i = 0; i < runs; i++)); do
    local begin=$EPOCHREALTIME
    "$work/tool/CudaKernels.Cli" "$@" >/dev/null
    local end=$EPOCHREALTIME
    echo $(((${end/./} - ${begin/./}) / 1000))
  done | sort -n | sed -n "$((runs / 2 + 1))p"
}

echo "| command | median, ms |"
echo "|---|---|"
echo "| info | $(median info) |"
echo "| check softmax --cases 1 | $(median check softmax --cases 1) |"
