#!/usr/bin/env bash
# Which methods of the managed device call vector functions that the JIT did not inline, the most calls first: such a method is many
# times slower than it should be. It prints nothing where all are inlined. The widest vectors may be forbidden, to see what a
# processor without them would get:
#   bench/vector-calls.sh [PATTERN]
#   DOTNET_EnableAVX512=0 bench/vector-calls.sh [PATTERN]
# The command line must be built: dotnet build -c Release src/CudaKernels.Cli
set -euo pipefail
cd "$(dirname "$0")/.."
tool=src/CudaKernels.Cli/bin/Release/net10.0/CudaKernels.Cli.dll
pipe=$(mktemp -u)
mkfifo "$pipe"
trap 'rm -f "$pipe"' EXIT
grep -aE '^; Assembly listing|call +\[System\.Runtime\.Intrinsics\.Vector' "$pipe" |
  awk '/Assembly listing/ { method = $0; next } { calls[method]++ } END { for (method in calls) print calls[method], method }' |
  sed 's/; Assembly listing for method //' | sort -rn &
DOTNET_TieredCompilation=0 DOTNET_JitStdOutFile="$pipe" DOTNET_JitDisasm='*' dotnet "$tool" check ${1+"$1"} --device cpu > /dev/null
wait
