#!/usr/bin/env bash
# How long a cold process takes to its first answer: the tool published with compiled code (ReadyToRun), each command as a new process, from start to exit.
#   bash bench/cold-start.sh [DEVICE]
# It is `bench process --latency` of that tool; run by `dotnet CudaKernels.Cli.dll` the same rows hold the compilation of the tool's own code too.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish src/CudaKernels.Cli -c Release -r linux-x64 --self-contained false -o "$work/tool" -m:2 -v q --nologo >"$work/publish.log" || { cat "$work/publish.log"; exit 1; }
"$work/tool/CudaKernels.Cli" bench process --latency --device "${1:-cpu}"
