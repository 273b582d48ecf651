#!/usr/bin/env bash
# Loads the images that the tests run as algorithms into a running embedded cluster, and prints variables with their
# references to evaluate. Usage: test/images.sh CLUSTER-NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An image with a shell and the usual tools: Debian's static busybox.
if ! ldd "$(command -v busybox)" 2>&1 | grep -q 'not a dynamic executable'; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends busybox-static; } >/dev/null
fi
mkdir -p "$work/root/bin" "$work/root/tmp" "$work/root/etc"
cp -L "$(command -v busybox)" "$work/root/bin/busybox"
for applet in $("$work/root/bin/busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$work/root/bin/$applet"
done
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/root" -cf "$work/shell.tar" .
echo "export C2D_SHELL_IMAGE=$(bin/devcluster load test/shell --rootfs "$work/shell.tar" --name "$name")"

# An image with one static binary.
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/static" ./test/e2e/static
echo "export C2D_STATIC_IMAGE=$(bin/devcluster load test/static --binary "$work/static" --name "$name")"
echo "export C2D_STATIC_COMMAND=/static"
