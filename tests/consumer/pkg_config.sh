#!/usr/bin/env bash
# Compiles, links and runs the consumer with what pkg-config says.
# usage: pkg_config.sh COMPILER LIBDIR WORK_FOLDER
set -euo pipefail

compiler=$1 libdir=$2 work=$3
command -v pkg-config >/dev/null || { echo "skipped: no pkg-config here"; exit 77; }

export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir
read -r -a flags <<<"$(pkg-config --cflags --libs descent)"
"$compiler" -std=c++20 "$(dirname "$0")/main.cpp" "${flags[@]}" -o "$work/by_pkg_config"
"$work/by_pkg_config"
