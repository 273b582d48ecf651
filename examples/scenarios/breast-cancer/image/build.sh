#!/usr/bin/env bash
# Builds the root file system of the Python image, once, from Debian packages: Python, scikit-learn and a shell, nothing
# else. Prints the path of the tar archive. It lies in the cache under the hash of this recipe; delete it there to build
# with newer packages. Usage: image/build.sh
set -euo pipefail

suite=bookworm
recipe=$(sha256sum <"$0" | cut -c1-16)
cache=${C2D_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/c2d}/images
archive=$cache/python-sklearn-$recipe.tar
if [[ -e $archive ]]; then
  echo "$archive"
  exit
fi

if ! command -v mmdebstrap >/dev/null; then
  if ((EUID != 0)); then
    echo "mmdebstrap is missing: install it with 'apt-get install mmdebstrap', or run this as root" >&2
    exit 1
  fi
  echo "installing mmdebstrap" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap; } >&2
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT

# SciPy depends on a compiler with which it was built, and so on g++ and Boost. An empty package takes its place.
mkdir -p "$work/stand-in/DEBIAN" "$work/repository"
cat >"$work/stand-in/DEBIAN/control" <<END
Package: python3-pythran
Version: 1:0
Architecture: all
Maintainer: nobody
Description: stands in for a compiler that is not needed to run SciPy
END
deb=$work/repository/stand-in.deb
dpkg-deb --root-owner-group -b "$work/stand-in" "$deb" >/dev/null
cat "$work/stand-in/DEBIAN/control" - >"$work/repository/Packages" <<END
Filename: ./stand-in.deb
Size: $(stat -c %s "$deb")
SHA256: $(sha256sum <"$deb" | cut -d' ' -f1)
END

# Packages come from where this machine's own come from.
sources() {
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' | sort -u | awk -v suite="$suite" '
    $1 == "Debian" && $2 == "Debian"          { print "deb " $3 " " suite " main"; print "deb " $3 " " suite "-updates main" }
    $1 == "Debian" && $2 == "Debian-Security" { print "deb " $3 " " suite "-security main" }'
}
mapfile -t mirrors < <(sources)
if ((${#mirrors[@]} == 0 && EUID == 0)); then
  apt-get update -qq >&2
  mapfile -t mirrors < <(sources)
fi
if ((${#mirrors[@]} == 0)); then
  echo "apt knows no Debian repository: run 'apt-get update' as root on a Debian machine" >&2
  exit 1
fi

# Only what a running algorithm needs stays. Unpacking runs no maintainer scripts, so the two links that Debian's
# alternatives would make are made here, and the modules are compiled here: the root is read-only later.
cat >"$work/strip" <<'END'
#!/bin/sh
set -eu
cd "$1"
find bin sbin usr/bin usr/sbin -mindepth 1 ! -name 'python3*' ! -name sh ! -name dash -delete
find usr/share -mindepth 1 ! -type d ! -name copyright -delete
find usr/share -mindepth 1 -type d -empty -delete
find usr/lib/python3* -depth -type d \( -name test -o -name tests \) -exec rm -r {} +
rm -rf etc/* tmp/* var/* usr/include usr/libexec usr/lib/dpkg usr/lib/systemd usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv lib/systemd
for library in blas lapack; do
  for folder in usr/lib/*/"$library"; do
    ln -s "$library/lib$library.so.3" "$(dirname "$folder")/"
  done
done
chroot . /usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3.11 /usr/lib/python3
END
chmod +x "$work/strip"

echo "building a Python image from Debian packages (half a minute, once)" >&2
# A fixed time makes equal packages an equal image.
if ! SOURCE_DATE_EPOCH=1700000000 mmdebstrap --variant=extract --include=python3-sklearn,dash --skip=cleanup,output/dev \
  --extract-hook="$work/strip" --logfile="$cache/build.log" --format=tar "$suite" "$work/root.tar" \
  "${mirrors[@]}" "deb [trusted=yes] copy:$work/repository ./" >&2; then
  tail -n 20 "$cache/build.log" >&2
  echo "the Python image could not be built: the whole log is in $cache/build.log" >&2
  exit 1
fi
mv "$work/root.tar" "$archive"
echo "$archive"
