# shellcheck shell=bash
# What ./demo and ./check share: find out what is missing, install it, configure, build, and say little. Sourced, not run.
# The caller sets root (the tree) and me (its name in messages), and verbose to yes where the user asks for it.

: "${root:?}" "${me:?}" "${verbose:=no}"
tail_lines=40
if [[ ${CI:-} == true ]]; then tail_lines=400; fi   # nobody can open the log there

# ---------------------------------------------------------------- speaking

if [[ -t 1 ]]; then live=yes; else live=no; fi
if [[ $live == yes && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  red='' green='' plain=''
fi

die() {  # die CODE SENTENCE
  printf '%s%s:%s %s\n' "$red" "$me" "$plain" "$2" >&2
  exit "$1"
}

# What CMake and Ninja say when there is nothing to do.
nothing='Re-checking globbed|Re-running CMake|no work to do|Entering directory'

# Reads a program's output; shows a label as soon as there is something to do and then, on a terminal, its progress
# ("[12/80] ...", "3/60 Test ...") in the same line.
progress() {  # progress LABEL
  local line begun=no
  while IFS= read -r line; do
    if [[ $begun == no && ! $line =~ $nothing ]]; then begun=yes && printf '%s ...' "$1"; fi
    if [[ $begun == yes && $live == yes && $line =~ ^\ *(\[ *([0-9/%]+)\]|([0-9]+/[0-9]+)\ Test) ]]; then
      printf '\r%s ... %s' "$1" "${BASH_REMATCH[2]}${BASH_REMATCH[3]}"
    fi
  done
}

end_of() {  # end_of LOG
  printf 'The end of %s:\n\n' "${1#"$root"/}"
  tail -n "$tail_lines" "$1"
}

# Runs a command with its output in a log. One line says what and how long. A failure shows the log's end, or what the
# function named in `explain` takes from the log.
folded() {  # folded LABEL LOG COMMAND...
  local label=$1 log=$2 begin=$SECONDS status=0
  shift 2
  mkdir -p "$(dirname "$log")"
  if [[ $verbose == yes ]]; then
    printf '+' && printf ' %q' "$@" && echo
    "$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
    return "$status"
  fi
  "$@" 2>&1 | tee "$log" | progress "$label" || status=${PIPESTATUS[0]}
  if [[ $status == 0 ]] && ! grep -E -v -q "$nothing" "$log"; then return; fi
  if [[ $live == yes ]]; then printf '\r\e[K%s ...' "$label"; fi
  if [[ $status == 0 ]]; then
    printf ' %sdone%s, %d s\n' "$green" "$plain" $((SECONDS - begin))
    return
  fi
  printf ' %sfailed%s after %d s\n' "$red" "$plain" $((SECONDS - begin))
  "${explain:-end_of}" "$log"
  return "$status"
}

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then die 1 "needs bash 4.4 or newer (brew install bash)"; fi

# ---------------------------------------------------------------- what is needed, and what each system calls it

packages="
key       apt                 dnf                     brew              pacman
compiler  g++                 gcc-c++                 gcc               gcc
cmake     cmake               cmake                   cmake             cmake
maker     ninja-build         ninja-build             ninja             ninja
fmt       libfmt-dev          fmt-devel               fmt               fmt
xsimd     libxsimd-dev        xsimd-devel             xsimd             xsimd
zlib      zlib1g-dev          zlib-devel              zlib              zlib
lapack    libopenblas-dev     openblas-devel          openblas          blas-openblas
json      nlohmann-json3-dev  json-devel              nlohmann-json     nlohmann-json
cli11     libcli11-dev        cli11-devel             cli11             cli11
catch2    catch2              catch-devel             catch2            catch2
benchmark libbenchmark-dev    google-benchmark-devel  google-benchmark  benchmark
clang     clang-16            clang                   llvm              clang
clang_omp libomp-16-dev       libomp-devel            libomp            openmp
clang_san libclang-rt-16-dev  compiler-rt             llvm              compiler-rt
"

names_for() {  # names_for SYSTEM KEY...: the package names, on one line
  local system=$1 key
  shift
  for key in "$@"; do
    awk -v wanted="$system" -v key="$key" \
      '$1 == "key" { for (i = 2; i <= NF; ++i) if ($i == wanted) column = i } $1 == key { print $column }' <<<"$packages"
  done | paste -s -d ' '
}

compiler=${CXX:-}
if [[ -z $compiler ]]; then
  for compiler in g++ c++ clang++; do
    if command -v "$compiler" >/dev/null; then break; fi
  done
fi

# The headers that show that a library can be used: each the lightest of its library that is enough.
header_of() {
  case $1 in
    compiler) echo source_location ;;
    fmt) echo fmt/core.h ;;
    xsimd) echo xsimd/xsimd.hpp ;;
    zlib) echo zlib.h ;;
    json) echo nlohmann/json_fwd.hpp ;;
    cli11) echo CLI/Version.hpp ;;
    catch2) if compiles "$compiler" catch2/catch_version_macros.hpp; then echo catch2/catch_version_macros.hpp; else echo catch2/catch.hpp; fi ;;
    benchmark) echo benchmark/benchmark.h ;;
  esac
}

compiles() {  # compiles COMPILER HEADER
  "$1" -std=c++20 -fsyntax-only -x c++ - <<<"#include <$2>" >/dev/null 2>&1
}

links() {  # links OPTION...: a program that calls LAPACK
  "$compiler" -x c++ -o /dev/null - "$@" <<<'extern "C" void dgetrf_(); int main() { dgetrf_(); }' >/dev/null 2>&1
}

new_enough_cmake() {
  local version
  version=$(cmake --version 2>/dev/null | awk 'NR == 1 { print $3 }') && [[ -n $version ]] &&
    printf '3.25\n%s\n' "$version" | sort -V -C
}

works() {  # works KEY: by use, never by a list of packages
  case $1 in
    cmake) new_enough_cmake ;;
    maker) command -v ninja >/dev/null || command -v make >/dev/null ;;
    lapack) links -lopenblas || links -llapack || links -framework Accelerate ;;  # any will do; OpenBLAS is the fast one
    clang) command -v clang++-16 >/dev/null && compiles clang++-16 source_location ;;
    clang_omp) clang++-16 -fopenmp -fsyntax-only -x c++ - <<<'#include <omp.h>' >/dev/null 2>&1 ;;
    clang_san) clang++-16 -fsanitize=thread -x c++ -o /dev/null - <<<'int main() {}' >/dev/null 2>&1 ;;
    *) compiles "$compiler" "$(header_of "$1")" ;;
  esac
}

missing_of() {  # missing_of KEY...: those that do not work
  local key
  for key in "$@"; do
    if ! works "$key"; then echo "$key"; fi
  done
}

# Makes everything named work, or says in one sentence what an administrator must type.
require() {  # require KEY...
  local -a missing
  mapfile -t missing < <(missing_of "$@")
  if [[ ${#missing[@]} == 0 ]]; then return; fi

  local as_root=()
  if ! command -v apt-get >/dev/null; then
    die 1 "missing: ${missing[*]}; install them and start again, with one of
  dnf install $(names_for dnf "${missing[@]}")
  brew install $(names_for brew "${missing[@]}")
  pacman -S $(names_for pacman "${missing[@]}")"
  fi
  local line
  line="apt-get install --no-install-recommends $(names_for apt "${missing[@]}")"
  if [[ $EUID != 0 ]]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      die 1 "missing: ${missing[*]}; an administrator must type: $line"
    fi
    as_root=(sudo -n)
  fi
  install_by_apt "${missing[@]}"

  mapfile -t missing < <(missing_of "$@")
  if [[ ${#missing[@]} != 0 ]]; then
    die 1 "still missing after \"$line\": ${missing[*]} (wanted: CMake 3.25, g++ 12 or clang 16, or newer)"
  fi
}

install_by_apt() {  # install_by_apt KEY...; as_root comes from require
  local -a names
  read -r -a names <<<"$(names_for apt "$@")"
  folded "fetching the list of packages" "$root/build/apt-update.log" "${as_root[@]}" apt-get update -q || true
  folded "installing ${names[*]}" "$root/build/apt-install.log" \
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${names[@]}" || exit 1
}

# ---------------------------------------------------------------- one at a time

# Two of them in one tree would build the same files: the second waits. The lock ends with the process, or with unlock.
lock() {
  mkdir -p "$root/build"
  exec 9>"$root/build/.lock"
  if ! command -v flock >/dev/null || flock -n 9; then return; fi
  echo "$me: waiting for another ./demo or ./check in this tree"
  flock 9
}

unlock() { exec 9>&-; }

# ---------------------------------------------------------------- configure and build

configured() { [[ -e $root/build/$1/build.ninja || -e $root/build/$1/Makefile ]]; }  # configured PRESET

# The folder was configured on another CPU: what it holds may not run here.
other_cpu() {  # other_cpu PRESET
  local isa for_compiler flags
  { read -r isa && read -r for_compiler && read -r flags; } <"$root/build/$1/isa.stamp" 2>/dev/null || return 1
  [[ $isa == native && $flags != "$("$root/scripts/native_flags" "$for_compiler")" ]]
}

configure() {  # configure PRESET OPTION...
  local preset=$1 generator=()
  shift
  if ! configured "$preset" && ! command -v ninja >/dev/null; then generator=(-G "Unix Makefiles"); fi
  CXX=$compiler folded "configuring $preset" "$root/build/$preset/configure.log" \
    cmake -S "$root" --preset "$preset" "${generator[@]}" "$@"
}

build() {  # build PRESET [TARGET]
  local parallel=()
  if [[ -e $root/build/$1/Makefile ]]; then parallel=(--parallel "$(nproc 2>/dev/null || echo 2)"); fi
  folded "building ${2:-everything} ($1)" "$root/build/$1/build.log" \
    cmake --build "$root/build/$1" "${parallel[@]}" ${2:+--target "$2"}
}
