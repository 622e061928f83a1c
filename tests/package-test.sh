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

# A cache of its own: the engine and the kernels are built by this program, not taken from an earlier one.
CUDAKERNELS_CACHE="$out/cache" "$out/program/PackageTest" || exit 1
