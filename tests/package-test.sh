#!/usr/bin/env bash
# Packs the libraries under a version of their own and publishes a NativeAOT program that takes them as packages, then runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
version="0.1.0-test.$(date +%s)"
out="$PWD/out/package-test"
rm -rf "$out"
mkdir -p "$out/packages"
for project in Interop:CudaKernels.Interop Core:CudaKernels Emulation:CudaKernels.Emulation Networks:CudaKernels.Networks; do
  name=${project#*:}
  dotnet pack "src/$name" -c Release -o "$out/packages" -p:Version="$version" --nologo -v quiet
done
# The program restores into a folder of its own: a package of an earlier run can never be taken for this one.
dotnet publish tests/PackageTest -c Release -r linux-x64 -o "$out/program" --nologo -v quiet \
  -p:PackagesUnderTest="$version" -p:RestorePackagesPath="$out/restored" -p:RestoreAdditionalProjectSources="$out/packages" \
  -p:BaseIntermediateOutputPath="$out/obj/" -p:BaseOutputPath="$out/bin/"
"$out/program/PackageTest"
