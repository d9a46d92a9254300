#!/bin/sh
# Builds the benchmarks with the peer and runs them where libstdc++ is older than gcc 13's (Debian 12):
#     ./torch-debian12.sh compare --quick
# Needs g++. It changes only the copy of the library in the build output; README.md says what and why.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here" --configuration Release -p:Torch=true --nologo --verbosity quiet >&2

output=$here/bin/torch/Release/net10.0
library=$output/runtimes/linux-x64/native/libLibTorchSharp.so
work=$here/obj/torch/debian12
mkdir -p "$work"
g++ -O2 -shared -fPIC "$here/torch-debian12/symbol.cpp" -o "$work/libsymbol.so"
g++ -O2 "$here/torch-debian12/weaken.cpp" -o "$work/weaken"

# Keeps the time stamp, or the next build would take the library for outdated and copy it anew.
touch --reference="$library" "$work/stamp"
"$work/weaken" "$library" GLIBCXX_3.4.32
touch --reference="$work/stamp" "$library"

LD_PRELOAD=$work/libsymbol.so exec dotnet "$output/BatchNormGen.Benchmarks.dll" "$@"
