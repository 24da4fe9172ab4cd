#!/bin/sh
# Installs lecoder-cgpu from a release: one program that brings its own Node. `sh install.sh --help` says what it does.
# shellcheck disable=SC3043 # `local` is known to every shell that is a system's sh (dash, ash, bash, ksh)
set -eu

REPOSITORY=https://github.com/lecoder-cgpu/lecoder-cgpu

help() {
  cat <<HELP
Installs lecoder-cgpu for this user: one program, nothing else is needed.

Usage: sh install.sh [options]
       curl -fsSL $REPOSITORY/releases/latest/download/install.sh | sh -s -- [options]

  --version <version>  that version instead of the newest release
  --prefix <folder>    where to: <folder>/bin and <folder>/share; ~/.local when not given
  --uninstall          remove what this script installed; settings and logins stay
  --help               show this

What it does: finds out the system and the processor, downloads the archive for them and SHA256SUMS from
$REPOSITORY/releases (LECODER_RELEASES_URL names a mirror),
stops unless the SHA-256 is right, tries the program, and puts it into place. It writes two files,
  <prefix>/bin/lecoder-cgpu
  <prefix>/share/lecoder-cgpu/lecoder-cgpu.install.json
and changes nothing else: no sudo, no shell profile. It needs curl or wget, and tar.

There are programs for Linux (glibc 2.28 or newer) and macOS, on x64 and arm64. On musl systems such as Alpine,
and on other processors: npm install -g lecoder-cgpu
HELP
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $1"
  shift
  for line in "$@"; do say "hint: $line"; done
  exit 1
}

main() {
  version='' prefix='' uninstall=no
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --prefix)
        if [ -z "${2:-}" ]; then fail "\`$1\` needs a value" 'see --help'; fi
        if [ "$1" = --version ]; then version=${2#v}; else prefix=$2; fi
        shift
        ;;
      --version=*) version=${1#*=} version=${version#v} ;;
      --prefix=*) prefix=${1#*=} ;;
      --uninstall) uninstall=yes ;;
      -h | --help) help && exit 0 ;;
      *) fail "there is no option \`$1\`" 'see --help' ;;
    esac
    shift
  done
  if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || fail 'HOME is not set' 'say where to with --prefix'
    prefix=$HOME/.local
  fi
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  program=$prefix/bin/lecoder-cgpu
  share=$prefix/share/lecoder-cgpu
  mark=$share/lecoder-cgpu.install.json
  if [ "$uninstall" = yes ]; then remove; else install; fi
}

remove() {
  [ -f "$mark" ] || fail "nothing that this script installed is in $prefix" 'another place? say so with --prefix'
  rm -f "$program" "$mark" || fail "$program cannot be removed" 'run this as the user who installed it'
  rmdir "$share" 2>/dev/null || true
  # Folders that were made for it and are empty now; those in use stay.
  rmdir "$prefix/share" "$prefix/bin" 2>/dev/null || true
  if [ "$prefix" != "${HOME:-}" ]; then rmdir "$prefix" 2>/dev/null || true; fi
  say "$program is removed; settings and logins stay in ~/.config/lecoder-cgpu"
}

install() {
  target=$(find_target)
  base=${LECODER_RELEASES_URL:-$REPOSITORY/releases}
  base=${base%/}
  case $base in
    https://*) ;;
    http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    *) fail "LECODER_RELEASES_URL must be an https address, not $base" ;;
  esac
  case $version in *[!0-9A-Za-z.-]*) fail "\`$version\` is not a version" ;; esac
  if [ -n "$version" ]; then place=$base/download/v$version; else place=$base/latest/download; fi

  folder=$(mktemp -d "${TMPDIR:-/tmp}/lecoder-cgpu.XXXXXX")
  next=''
  trap 'rm -rf "$folder" ${next:+"$next"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  fetch "$place/SHA256SUMS" "$folder/SHA256SUMS" || fail "$place/SHA256SUMS cannot be fetched" \
    'is there a network, and such a version? HTTPS_PROXY names a proxy'
  # "<sum>  lecoder-cgpu-<version>-<target>.tar.gz": the newest version is known by its files
  line=$(grep -E "^[0-9a-f]{64} [ *]lecoder-cgpu-[0-9A-Za-z.-]+-$target\.tar\.gz\$" "$folder/SHA256SUMS" | head -n 1) ||
    true
  [ -n "$line" ] || fail "the release has no program for $target"
  sum=${line%% *}
  archive=${line##*[ *]}
  found=${archive#lecoder-cgpu-}
  found=${found%-"$target".tar.gz}
  say "Downloading lecoder-cgpu $found for $target …"
  fetch "$base/download/v$found/$archive" "$folder/$archive" || fail "$archive cannot be fetched" 'try again'
  actual=$(sha256 "$folder/$archive")
  [ "$actual" = "$sum" ] ||
    fail "$archive is not what SHA256SUMS says; nothing was installed" 'try again; if it stays so, do not trust that server'
  tar -xzf "$folder/$archive" -C "$folder" lecoder-cgpu || fail "$archive cannot be unpacked"
  put
}

put() {
  mkdir -p "$prefix/bin" "$share" || fail "$prefix cannot be written" 'choose another place with --prefix'
  # beside its place, so that putting it there is one step; the temporary folder may not allow programs to run
  next=$prefix/bin/.lecoder-cgpu-$$
  cp "$folder/lecoder-cgpu" "$next" || fail "$prefix/bin cannot be written" 'choose another place with --prefix'
  chmod 755 "$next"
  said=$("$next" --version 2>"$folder/complaint") || said=''
  if [ "$said" != "$found" ]; then
    cat "$folder/complaint" >&2
    fail "the program does not run on this machine; nothing was installed" \
      'it needs glibc 2.28 and libstdc++; npm install -g lecoder-cgpu works wherever Node 20 does'
  fi
  mv -f "$next" "$program"
  printf '{"by":"script"}\n' >"$mark"
  say "lecoder-cgpu $found is in $program"
  case :${PATH:-}: in
    *:"$prefix/bin":*) ;;
    *) say "hint: $prefix/bin is not on your PATH: add  export PATH=\"$prefix/bin:\$PATH\"  to your shell's profile" ;;
  esac
  say 'hint: lecoder-cgpu upgrade brings newer versions; this script removes it with --uninstall'
}

find_target() {
  local system processor
  system=$(uname -s)
  processor=$(uname -m)
  case $system in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    MINGW* | MSYS* | CYGWIN*)
      fail 'this is Windows' "in PowerShell: irm $REPOSITORY/releases/latest/download/install.ps1 | iex"
      ;;
    *) fail "there is no program for $system" 'npm install -g lecoder-cgpu works wherever Node 20 does' ;;
  esac
  case $processor in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) fail "there is no program for $processor" 'npm install -g lecoder-cgpu works wherever Node 20 does' ;;
  esac
  # A shell of the other processor's under Rosetta says x86_64.
  if [ "$system-$processor" = darwin-x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    processor=arm64
  fi
  if [ "$system" = linux ] && is_musl; then
    fail 'this system has musl, for which there is no program' 'npm install -g lecoder-cgpu works here'
  fi
  printf '%s\n' "$system-$processor"
}

is_musl() {
  case $(ldd --version 2>&1 || true) in *musl*) return 0 ;; esac
  return 1
}

# Of a URL into a file. Plain HTTP is only for this machine, which `install` has checked; redirects stay within TLS.
fetch() {
  local only
  case $1 in https://*) only='=https' ;; *) only='=http,https' ;; esac
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL --retry 2 --connect-timeout 20 --proto "$only" --proto-redir "$only" -o "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -T 60 -O "$2" "$1"
  else
    fail 'neither curl nor wget is here' 'install one of them'
  fi
}

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else
    fail 'none of sha256sum, shasum and openssl is here' 'install one of them'
  fi
}

# The last line: a download that was cut off does nothing.
main "$@"
