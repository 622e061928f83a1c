#!/usr/bin/env bash
# Takes the kernels to a machine with a GPU: its driver and a CUDA toolkit (12 or 13) are all that it needs to have.
#   bash bench/on-gpu.sh pack                                   builds bench/packed: a .NET runtime, the command line, the kernel tests, the peers' scripts
#   bash bench/on-gpu.sh run [info|test|sanitize|bench|all]     runs them there; results come to $OUT, else to ./results
# `run` takes the packed folder beside this script, or the folder that it stands in itself. Variables:
#   CUDAKERNELS_DEVICE   cuda:0 unless set; cpu or emulated try everything but the GPU's own steps
#   CUDAKERNELS_BUDGET   seconds for the whole run, 470 unless set: what would start later is skipped
#   CUDAKERNELS_BENCH    which operations to time, as `bench` takes them
#   CUDAKERNELS_TYPES    in which element types, f32,bf16 unless set
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
most_megabytes=45

fail() { echo "on-gpu: $1" >&2; exit "${2:-1}"; }

pack() {
  local root packed stage dotnet version
  root=$(cd "$here/.." && pwd)
  packed=$here/packed
  stage=$(mktemp -d) || fail "no temporary folder"
  trap "rm -rf '$stage'" EXIT
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  version=$(dotnet --list-runtimes | awk '$1 == "Microsoft.NETCore.App" && $2 ~ /^10\./ { newest = $2 } END { print newest }')
  [ -n "$version" ] || fail "there is no .NET 10 runtime to pack"
  echo "packing .NET $version"
  mkdir -p "$stage/dotnet/shared/Microsoft.NETCore.App"
  cp -r "$dotnet/dotnet" "$dotnet/LICENSE.txt" "$dotnet/host" "$stage/dotnet/"
  cp -r "$dotnet/shared/Microsoft.NETCore.App/$version" "$stage/dotnet/shared/Microsoft.NETCore.App/"
  echo "publishing the command line and the kernel tests"
  # One folder: what both need lies there once.
  for project in src/CudaKernels.Cli tests/CudaKernels.Catalog.Tests; do
    dotnet publish "$root/$project" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=false -p:DebugType=none -o "$stage/app" -v quiet -nologo || fail "$project could not be published"
  done
  find "$stage/app" \( -name '*.pdb' -o -name '*.xml' \) -delete
  mkdir "$stage/peers" && cp "$root"/bench/peers/*.py "$stage/peers/" || fail "the peers' scripts could not be copied"
  # The native runtime's own debugging tools.
  rm -f "$stage/dotnet/shared/Microsoft.NETCore.App/$version/"{libmscordaccore.so,libmscordbi.so,createdump}
  rm -rf "$packed"
  mkdir -p "$packed"
  cp "${BASH_SOURCE[0]}" "$packed/on-gpu.sh"
  (cd "$root" && git rev-parse HEAD 2>/dev/null || echo unknown) >"$packed/commit"
  tar -C "$stage" -c dotnet app peers | xz -T2 -6 >"$packed/packed.tar.xz" || fail "the folder could not be packed"
  local megabytes
  megabytes=$(du -sm "$packed" | cut -f1)
  echo "$packed: $megabytes MB"
  [ "$megabytes" -le "$most_megabytes" ] || fail "the packed folder is over $most_megabytes MB"
}

# ---- on the machine with the GPU

device=${CUDAKERNELS_DEVICE:-cuda:0}
budget=${CUDAKERNELS_BUDGET:-470}
types=${CUDAKERNELS_TYPES:-f32,bf16}
out=${OUT:-$PWD/results}
failures=0

left() { echo $((budget - SECONDS)); }

require_gpu() {
  [ "${device%%:*}" = cuda ] || return 0
  [ -e /dev/nvidia0 ] || nvidia-smi -L >/dev/null 2>&1 || fail "there is no GPU here: no /dev/nvidia0, and nvidia-smi lists none" 3
}

unpack() {
  local archive=
  for folder in "$here" "$here/packed"; do [ -e "$folder/packed.tar.xz" ] && archive=$folder/packed.tar.xz; done
  [ -n "$archive" ] || fail "packed.tar.xz is missing: run '$0 pack' where the .NET SDK is"
  work=$(mktemp -d) || fail "no temporary folder"
  trap "rm -rf '$work'" EXIT
  if command -v xz >/dev/null; then
    xz -dc "$archive" | tar -C "$work" -x || fail "$archive could not be unpacked"
  else
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' "$archive" | tar -C "$work" -x || fail "$archive could not be unpacked: xz and python3 are missing"
  fi
  commit=$(cat "$(dirname "$archive")/commit")
  export DOTNET_ROOT=$work/dotnet DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  # The caches of NVIDIA's libraries: compilations are timed, and asked what ptxas says of them.
  export CUDA_CACHE_DISABLE=1
  export CUDAKERNELS_CACHE=$work/cache XUNIT_DISABLE_TELEMETRY=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
  export HOME=${HOME:-$work}
  mkdir -p "$out" || fail "$out cannot be written"
  summary=$out/summary.md
  {
    echo "# The kernels on ${device}"
    echo
    echo "- date: $(date -u '+%Y-%m-%d %H:%M UTC')"
    echo "- command: \`bash on-gpu.sh run $1\`, commit $commit"
    echo "- GPU: $(nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit --format=csv,noheader 2>/dev/null || echo none)"
    echo "- processor: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ //'), $(nproc) threads"
    echo
    echo "| step | verdict | seconds |"
    echo "|---|---|---|"
  } >"$summary"
}

tool() { "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" "$@"; }

# step NAME MOST_SECONDS FUNCTION: runs it within what is left, and puts its verdict on record.
step() {
  local name=$1 most=$2 verdict start=$SECONDS status
  if [ "$(left)" -lt 15 ]; then
    verdict="skipped: the time is up"
  else
    [ "$most" -lt "$(left)" ] || most=$(left)
    echo "== $name (at ${SECONDS} s, at most $most s)"
    limit=$most "$3"
    status=$?
    case $status in
      0) verdict=passed ;;
      77) verdict="skipped: $reason" ;;
      124 | 137) verdict="FAILED: out of time" ;;
      *) verdict="FAILED ($status)" ;;
    esac
  fi
  case $verdict in FAILED*) failures=$((failures + 1)) ;; esac
  echo "   $name: $verdict"
  echo "| $name | $verdict | $((SECONDS - start)) |" >>"$summary"
}

timed() { timeout -k 5 "$limit" "$@"; }
timed_tool() { timed "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" "$@"; }

step_info() {
  timed_tool info --json >"$out/info.json" || return
  tool info
  [ "${device%%:*}" != cuda ] || grep -q "\"id\": *\"$device\"" "$out/info.json" || { echo "   the driver shows no $device"; return 1; }
}

operations() { tool list --json | grep -oE '"name": *"[^"]+"' | cut -d'"' -f4; }

# Those that the bench will time, in its order. A pattern takes a name that it is a part of, or that it matches with its *, or the one after its =.
timed_operations() {
  local names pattern name
  local -; set -f
  names=$(operations)
  for pattern in $(tr ',' ' ' <<<"${CUDAKERNELS_BENCH:-$default_rows}"); do
    for name in $names; do
      case ${pattern,,} in
        =*) [ "=$name" = "${pattern,,}" ] || continue ;;
        *'*'*) [[ $name == ${pattern,,} ]] || continue ;;
        *) [[ $name == *"${pattern,,}"* ]] || continue ;;
      esac
      echo "$name"
    done
  done | awk '!seen[$0]++'
}

# A process takes about so many types and variants of an operation.
most_of_process=14
most_check_seconds=100

# parts NAME…: what each process is to check, "NAME K/N" on a line.
parts() {
  tool list --json | awk -v wanted="$*" -v most=$most_of_process '
    /"name":/ { split($0, words, "\""); name = words[4] }
    /"types": *\[/ { into = "types" }
    /"variants": *\[/ { into = "variants" }
    into != "" && /^ *"[^"]*",?$/ { count[name, into]++ }
    /\]/ { into = "" }
    END {
      total = split(wanted, names, " ")
      for (i = 1; i <= total; i++) {
        items = count[names[i], "types"] * (count[names[i], "variants"] ? count[names[i], "variants"] : 1)
        shares = int((items + most - 1) / most)
        if (shares < 1) shares = 1
        for (k = 1; k <= shares; k++) print names[i], k "/" shares
      }
    }'
}

# check_part NAME K/N, in the group of the processes that the step's own limit ends: what went on behind it would be beside what is timed next.
check_part() {
  local log=$work/$1-${2/\//-of-}
  timeout --foreground -k 5 $most_check_seconds "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" check "=$1" --part "$2" --device "$device" --json >"$log.check.json" 2>"$log.log" || { echo "   $1 $2 failed ($?)"; tail -n 5 "$log.log"; return 1; }
}

# check_operations NAME…: a process to each operation or a part of it, which compiles its kernels into the cache that all share (NVRTC uses one
# core per process) and takes no other with it where a kernel fails or hangs.
check_operations() {
  local status word
  export -f check_part; export work device most_check_seconds
  parts "$@" | timed xargs -r -P 16 -L 1 bash -c 'check_part "$@"' part
  status=$?
  cat "$work"/*.check.json >"$work/checks.txt"
  documents "$work/checks.txt" >"$out/check.json"
  for word in passed failed skipped; do
    echo "   $word: $(awk -v word="  \"$word\":" 'index($0, word) == 1 { sum += $2 } END { print sum + 0 }' "$work/checks.txt")"
  done
  return $status
}

# Those that are timed come first.
step_check() { check_operations $({ timed_operations; operations; } | awk '!seen[$0]++'); }
step_compile() { check_operations $(timed_operations); }

step_tests() {
  local class=CudaCatalogTests
  [ "${device%%:*}" = cuda ] || class=CpuCatalogTests
  timed "$work/dotnet/dotnet" "$work/app/CudaKernels.Catalog.Tests.dll" --filter-class "*$class" --no-progress --no-ansi >"$work/tests.log" 2>&1
  local status=$?
  { echo "# Kernel tests: $class"; echo; echo '```'; tail -n 200 "$work/tests.log"; echo '```'; } >"$out/tests.md"
  tail -n 6 "$work/tests.log"
  return $status
}

# What ptxas says of the kernels by wgmma: with registers spilled or wgmma serialized they are right, and slow. That takes a minute of the
# processors, which the check leaves free now and then.
begin_assembler() {
  nice -n 10 "$work/dotnet/dotnet" "$work/app/CudaKernels.Catalog.Tests.dll" --filter-class "*WgmmaGateTests" --no-progress --no-ansi >"$out/assembler.txt" 2>&1 &
  assembler=$!
}

step_assembler() {
  local status end=$((SECONDS + limit))
  while kill -0 "$assembler" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || { kill "$assembler"; return 124; }
    sleep 1
  done
  wait "$assembler"
  status=$?
  tail -n 6 "$out/assembler.txt"
  return $status
}

# NVIDIA's own checker on a few operations of different kinds; some virtual machines refuse it.
step_sanitize() {
  local sanitizer log=$work/sanitize.log status=0 kind operation
  reason=
  [ "${device%%:*}" = cuda ] || { reason="it needs a GPU"; return 77; }
  sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | tail -n 1)
  [ -n "$sanitizer" ] || { reason="compute-sanitizer is not installed"; return 77; }
  timeout -k 5 60 "$sanitizer" --error-exitcode 99 "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" check relu --cases 1 --device "$device" >"$log" 2>&1
  case $? in
    0 | 99) ;;
    *) reason="it does not work here: $(grep -m1 -iE 'error|not supported|failed' "$log" | cut -c1-160)"; return 77 ;;
  esac
  echo "# compute-sanitizer" >"$work/sanitize.md"
  for kind in memcheck racecheck initcheck synccheck; do
    for operation in add softmax sum matmul transpose; do
      [ "$(left)" -gt 60 ] || break
      timeout -k 5 60 "$sanitizer" --tool $kind --error-exitcode 99 "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" check $operation --cases 4 --device "$device" >"$log" 2>&1
      local code=$?
      [ $code -eq 0 ] || status=1
      { echo; echo "## $kind, $operation: exit $code"; echo '```'; grep '^=====' "$log" | head -n 40; echo '```'; } >>"$work/sanitize.md"
      echo "   $kind $operation: exit $code"
    done
  done
  return $status
}

# documents FILE: a JSON array of the documents in it, each of which ends with a brace at the start of a line.
documents() {
  echo '['
  sed 's/^}$/},/' "$1" | sed '$ s/},$/}/'
  echo ']'
}

# Launches, graphs, compilations, cold processes: each group in a process of its own, so that what fails or is cut off takes no other with it.
step_latency() {
  local group code status=0 end=$((SECONDS + limit))
  : >"$work/latency.txt"
  : >"$out/latency.md"
  for group in launch queued-kernel process compile module-load; do
    [ $((end - SECONDS)) -gt 5 ] || { echo "   $group and what follows: the time is up"; status=124; break; }
    timeout -k 5 $((end - SECONDS)) "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" bench $group --latency --device "$device" --markdown "$work/latency.md" --json >"$work/row.json" 2>"$work/bench.log"
    code=$?
    # 1: the table tells which row has failed.
    [ $code -eq 0 ] || { status=$code; echo "   $group failed:"; tail -n 5 "$work/bench.log"; }
    [ $code -le 1 ] || continue
    cat "$work/row.json" >>"$work/latency.txt"
    { cat "$work/latency.md"; echo; } >>"$out/latency.md"
  done
  documents "$work/latency.txt" >"$out/latency.json"
  cat "$out/latency.md"
  return $status
}

# A process times a group, whose rows are lost together where one of them hangs.
default_rows="=matmul =flash-attention,=flash-attention-gradient =softmax,=layer-norm,=add,=gelu,=exp,=sum,=transpose,=cross-entropy,=adam =conv2d,=conv2d-input-gradient,=conv2d-weight-gradient
=float8-gemm,=quantized-gemm,=block-scaled-gemm =fused-product,=gated-product =quantized-attention,=paged-attention
=rms-norm,=layer-norm-gradient,=rms-norm-gradient,=cumulative-sum,=sort,=top-k,=histogram,=multi-tensor-adam,=dropout,=embedding"

# A kernel that hangs takes no more.
most_bench_seconds=90

# The most valuable rows first: what is cut off by the limit is then the least missed.
step_bench() {
  local pattern code most status=0 end=$((SECONDS + limit))
  local -; set -f  # a pattern is none of files
  : >"$work/bench.txt"
  for pattern in ${CUDAKERNELS_BENCH:-$default_rows}; do
    [ $((end - SECONDS)) -gt 10 ] || { echo "   $pattern and what follows: the time is up"; break; }
    most=$((end - SECONDS))
    [ $most -lt $most_bench_seconds ] || most=$most_bench_seconds
    timeout -k 5 $most "$work/dotnet/dotnet" "$work/app/CudaKernels.Cli.dll" bench "$pattern" --device "$device" --types "$types" --peers --json >"$work/row.json" 2>"$work/bench.log"
    code=$?
    case $code in
      0) ;;
      # A row without a time tells what it has computed wrong; the others are measured.
      1) status=1; echo "   $pattern failed:"; grep -oE '"(failed|cublas[a-z0-9-]*)": *"[^"]+"' "$work/row.json" | cut -c1-300; grep -q '"rows"' "$work/row.json" || { tail -n 5 "$work/bench.log"; continue; } ;;
      2) echo "   $(tail -n 1 "$work/bench.log")"; continue ;;
      *) status=$code; echo "   $pattern failed:"; tail -n 5 "$work/bench.log"; continue ;;
    esac
    cat "$work/row.json" >>"$work/bench.txt"
    grep -oE '"(operation|type|variant|milliseconds|p10|p90|l2|smMegahertz|watts|gigabytesPerSecond|teraflopsPerSecond|limitShare)": *[^,}]+' "$work/row.json" | paste -sd ' ' | sed 's/"operation"/\n   "operation"/g'
  done
  documents "$work/bench.txt" >"$out/bench.json"
  return $status
}

# torch, Triton and CuPy on the rows that the bench has timed, as far as python3 has them; then a table and a roofline of both.
step_peers() {
  local status kind=cuda
  reason=
  case $device in
    cuda:0) ;;
    cpu) kind=cpu ;;
    *) reason="the peers run on cuda:0 or cpu, not on $device"; return 77 ;;
  esac
  command -v python3 >/dev/null || { reason="there is no python3"; return 77; }
  python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)' || { reason="python3 has no torch"; return 77; }
  grep -q '"operation"' "$out/bench.json" 2>/dev/null || { reason="the bench has timed nothing"; return 77; }
  timed python3 "$work/peers/peers.py" "$out/bench.json" --device $kind --out "$out" --seconds $((limit * 8 / 10))
  status=$?
  # What was timed before a limit is worth its table.
  [ ! -e "$out/peers.json" ] || python3 "$work/peers/report.py" "$out/bench.json" "$out/peers.json" --out "$out" || return
  return $status
}

run() {
  local what=${1:-all}
  case $what in info | test | sanitize | bench | all) ;; *) fail "run takes info, test, sanitize, bench or all, got '$what'" 2 ;; esac
  require_gpu
  unpack "$what"
  step info 60 step_info
  [ "$failures" -eq 0 ] || { echo "the device cannot be used; the rest is left out"; exit 1; }
  case $what in
    test) begin_assembler; step check 300 step_check; step tests 100 step_tests; step assembler 60 step_assembler ;;
    sanitize) step sanitize 300 step_sanitize ;;
    # The peers need about as long as the bench.
    bench) step compile 100 step_compile; step bench $(($(left) / 2)) step_bench; step peers $(($(left) - 60)) step_peers; step latency 60 step_latency ;;
    # The tests' cases are those of the check, which tells more.
    all) begin_assembler; step check 180 step_check; step assembler 60 step_assembler; step bench $(($(left) / 2)) step_bench; step peers 100 step_peers; step latency 40 step_latency; step sanitize 60 step_sanitize ;;
  esac
  echo "== done after $SECONDS s, $failures steps failed; results in $out"
  kill "${assembler:-}" 2>/dev/null
  # What it leaves are few files, so that they may be fetched together.
  [ ! -e "$work/sanitize.md" ] || { echo; cat "$work/sanitize.md"; } >>"$summary"
  cat "$summary"
  [ "$failures" -eq 0 ]
}

# Another script may take the steps by `source`.
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

case ${1:-} in
  pack) pack ;;
  run) run "${2:-all}" ;;
  *) fail "usage: $0 pack | run [info|test|sanitize|bench|all]" 2 ;;
esac
