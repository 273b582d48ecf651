#!/bin/sh
# Runs on a node, as root: a host in a network namespace of its own, with addresses of the internet and of metadata
# services, to which the node routes them. It counts what arrives there, and is gone, routes and all, when its standard
# input ends. Usage: stand-in.sh PATH-OF-ATTACK
set -eu
attack=$1
command -v ip >/dev/null || { echo "ip is missing: install Debian's iproute2" >&2; exit 1; }
if ip link show redteam >/dev/null 2>&1; then echo "another stand-in is running on this node" >&2; exit 1; fi

exec 3<&0
unshare --net "$attack" packets 53 80 443 <&3 &
host=$!
trap 'kill $host 2>/dev/null || true' EXIT
n=0
while [ "$(readlink /proc/$host/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
  n=$((n + 1)); [ $n -lt 100 ] || { echo "the stand-in has no network namespace" >&2; exit 1; }
  sleep 0.05
done
inside() { nsenter --net --target $host -- "$@"; }

# A /29 of documentation addresses between the node and the stand-in.
ip link add redteam type veth peer name uplink netns $host
ip address add 192.0.2.1/29 dev redteam
ip link set redteam up
inside ip link set lo up
inside ip address add 192.0.2.2/29 dev uplink
inside ip link set uplink up
inside ip route add default via 192.0.2.1
for address in 8.8.8.8 169.254.169.254; do
  inside ip address add $address/32 dev lo
  ip route add $address/32 via 192.0.2.2 dev redteam
done
echo routed
wait $host
