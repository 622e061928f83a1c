#!/usr/bin/env bash
# Packs the libraries under a version of their own and publishes a NativeAOT program that takes them as packages, then runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
version="0.1.0-test.$(date +%s)"
packages="$PWD/out/packages"
out="$PWD/out/package-test"
rm -rf "$out" "$packages"/*-test.*nupkg
mkdir -p "$out" "$packages"
fail() { echo "package test: $1" >&2; exit 1; }

libraries=(CudaKernels.Interop CudaKernels CudaKernels.Emulation CudaKernels.Networks)
for name in "${libraries[@]}"; do
  dotnet pack "src/$name" -c Release -o "$packages" -p:Version="$version" --nologo -v quiet
done
echo "packed in ${SECONDS}s"

# The program restores into a folder of its own: a package of an earlier run can never be taken for this one.
dotnet publish tests/PackageTest -c Release -r linux-x64 -o "$out/program" --nologo -v minimal \
  -p:PackagesUnderTest="$version" -p:RestorePackagesPath="$out/restored" -p:RestoreAdditionalProjectSources="$packages" \
  -p:BaseIntermediateOutputPath="$out/obj/" -p:BaseOutputPath="$out/bin/" 2>&1 | tee "$out/publish.log"
if grep -qE 'IL[23][0-9]{3}' "$out/publish.log"; then fail "trimming or AOT warnings"; fi
echo "published in ${SECONDS}s: $(stat -c %s "$out/program/PackageTest") bytes"

# What the packages carry, read where the restore unpacked them: every kernel and every source of the engine is in its library.
unpacked() { echo "$out/restored/${1,,}/$version"; }
for name in "${libraries[@]}"; do
  folder=$(unpacked "$name")
  cmp -s "$folder/README.md" README.md || fail "$name does not carry the README"
  grep -qF '<license type="expression">MIT</license>' "$folder"/*.nuspec || fail "$name does not name its licence"
  grep -qF '<readme>README.md</readme>' "$folder"/*.nuspec || fail "$name does not name its README"
done
carries() { # PACKAGE FILE...
  local name=$1 file
  shift
  for file; do grep -qaF "$file" "$(unpacked "$name")/lib/net10.0/$name.dll" || fail "$name lacks $file"; done
}
mapfile -t kernels < <(find kernels -name '*.cu' -o -name '*.cuh')
mapfile -t engine < <(cd src/CudaKernels.Emulation && find native -type f)
carries CudaKernels "${kernels[@]}"
carries CudaKernels.Emulation "${engine[@]}"
grep -qF "id=\"CudaKernels\" version=\"[$version]\"" "$(unpacked CudaKernels.Emulation)"/*.nuspec \
  || fail "CudaKernels.Emulation, which uses internals of CudaKernels, takes other versions of it"
echo "carried: ${#kernels[@]} kernel files, ${#engine[@]} files of the engine"

# The C# that the README prints runs as it stands there, on the packages: programs by themselves, pieces of one behind the tensors
# that they name, all of the element type that a piece names first.
mkdir -p "$out/readme"
preface='using CudaKernels;
using var device = new CpuDevice();
using DeviceTensor<T> x = device.CreateZeros<T>([4, 8]), z = device.CreateZeros<T>([4, 8]), scale = device.CreateZeros<T>([8]), shift = device.CreateZeros<T>([8]);
using DeviceTensor<T> weights = device.CreateZeros<T>([16, 8]), bias = device.CreateZeros<T>([16]), gateAndUp = device.CreateZeros<T>([8, 32]), hidden = device.CreateZeros<T>([4, 16]);'
awk -v folder="$out/readme" -v preface="$preface" '
  /^```/ && text != "" {
    file = folder "/" ++count ".cs"
    if (text !~ /^using CudaKernels;/) {
      match(text, /<[A-Za-z0-9]+>/)
      before = preface
      gsub(/<T>/, substr(text, RSTART, RLENGTH), before)
      print before > file
    }
    printf "%s", text > file
    text = ""
  }
  /^```/ { inside = $0 == "```csharp"; next }
  inside { text = text $0 "\n" }' README.md
programs=("$out"/readme/*.cs)
[ "${#programs[@]}" -ge 5 ] || fail "the README prints ${#programs[@]} programs and pieces"
for program in "${programs[@]}"; do
  folder="${program%.cs}"
  mkdir "$folder"
  cp tests/PackageTest/*.csproj tests/PackageTest/*.props "$folder"
  mv "$program" "$folder/Program.cs"
  dotnet build "$folder" -c Release --nologo -v quiet -p:PackagesUnderTest="$version" -p:RestorePackagesPath="$out/restored" \
    -p:RestoreAdditionalProjectSources="$packages" || fail "C# of the README does not compile: $folder/Program.cs"
  (cd "$folder" && CUDAKERNELS_CACHE="$out/readme/cache" timeout 300 dotnet bin/Release/net10.0/PackageTest.dll >output.txt) \
    || fail "C# of the README fails: $folder/Program.cs"
  # What it prints stands in a comment behind the statement that prints it.
  { grep -oE 'WriteLine.*// [0-9 ]+$' "$folder/Program.cs" || true; } | sed 's/.*\/\/ //' | while read -r line; do
    grep -qxF "$line" "$folder/output.txt" || fail "C# of the README does not print $line: $folder/Program.cs"
  done
done
echo "ran ${#programs[@]} programs and pieces of the README in ${SECONDS}s"

# A cache of its own: the engine and the kernels are built by this program, not taken from an earlier one.
CUDAKERNELS_CACHE="$out/cache" "$out/program/PackageTest" || exit 1
