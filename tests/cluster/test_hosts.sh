# lenet under mpirun on several hosts: network namespaces with an address each, between which nothing goes
# but packets. Needs root and ip; the hosts share this machine's files.
. "$LENET_SOURCE_DIR/tests/cluster/common.sh"
[ "$(id -u)" = 0 ] && command -v ip >/dev/null || { echo 'skipped: no root, or no ip'; exit 77; }
tag=lenet$$
if ! ip netns add ${tag}a 2>err; then
  echo "skipped: no network namespaces here: $(head -n 1 err)"
  exit 77
fi

# A bridge, in a namespace of its own where mpirun is, and two hosts on it.
leave() {
  for host in a b c; do
    for process in $(ip netns pids $tag$host 2>/dev/null); do kill -9 "$process" 2>/dev/null || true; done
    ip netns del $tag$host 2>/dev/null || true
  done
}
trap leave EXIT
ip netns add ${tag}b
ip netns add ${tag}c
on() { where=$1; shift; ip netns exec "$tag$where" "$@"; }
on a ip link add bridge type bridge
for host in b c; do
  on a ip link add port$host type veth peer name net netns $tag$host
  on a ip link set port$host master bridge up
done
for host in a b c; do on $host ip link set lo up; done
on a ip addr add 10.77.0.1/24 dev bridge
on a ip link set bridge up
on b ip addr add 10.77.0.2/24 dev net
on c ip addr add 10.77.0.3/24 dev net
on b ip link set net up
on c ip link set net up

# What mpirun has in place of ssh: HOST COMMAND... in the namespace of that address. Each has a name of
# its own.
cat >agent <<A
#!/bin/sh
host=\$1
shift
case \$host in
  10.77.0.2) exec ip netns exec ${tag}b unshare -u sh -c "hostname hostb; \$*" ;;
  10.77.0.3) exec ip netns exec ${tag}c unshare -u sh -c "hostname hostc; \$*" ;;
esac
exit 1
A
chmod +x agent
export OMPI_MCA_plm_rsh_agent="$PWD/agent" OMPI_MCA_orte_keep_fqdn_hostnames=1
export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=10.77.0.0/24 OMPI_MCA_oob_tcp_if_include=10.77.0.0/24
export OMPI_MCA_plm_rsh_no_tree_spawn=1
hosts() { # ranks, arguments...
  count=$1
  shift
  ip netns exec ${tag}a "$mpirun_command" --oversubscribe --bind-to none \
    --host 10.77.0.2:4,10.77.0.3:4 --map-by node -n "$count" "$@"
}

run='--data synthetic:900 --net lenet5 --epochs 2 --batch 64 --validation 100 --seed 3'
# shellcheck disable=SC2086
exits 0 train $run --out alone
for count in 2 3; do
  # shellcheck disable=SC2086
  hosts $count "$LENET" train $run --threads 1 --out ranks$count >out 2>err </dev/null || fail "$count ranks on two hosts"
  same alone ranks$count
done

# Names of hosts stand in messages.
# shellcheck disable=SC2086
hosts 1 "$LENET" train $run --out none : -n 1 "$LENET" train $run --seed 4 --out none >out 2>err </dev/null &&
  fail "other seeds: trained all the same"
once 'rank 1 (hostc\?b\?) differs from rank 0 (hostb\?c\?): --seed'

cat >some.txt <<'T'
seeds 1-3
small: --data synthetic:300 --epochs 1 --net '28x28 F8:tanh F10:softmax'
T
hosts 2 "$LENET" sweep some.txt >out 2>err </dev/null || fail "the sweep on two hosts"
[ "$(wc -l <some.jsonl)" -eq 3 ] || fail "not three results"
hosts 2 "$LENET" read "$samples/lines.pgm" "$samples/seven.pgm" >out 2>err </dev/null || fail "read on two hosts"
[ "$(wc -l <out)" -eq 3 ] || fail "not three lines"

# A cable is pulled: silence, a limit, and a checkpoint that goes on.
longer='--data synthetic:300 --net lenet5 --epochs 300 --batch 64 --validation 0 --seed 2 --threads 1'
: >err
# shellcheck disable=SC2086
hosts 2 "$LENET" train $longer --timeout 3 --out pulled >out 2>err </dev/null &
job=$!
until grep -q '^epoch  *2/' err; do
  kill -0 "$job" 2>/dev/null || fail "the run ended before its cable was pulled"
  sleep 0.1 2>/dev/null || sleep 1
done
on a ip link set portc down
code=0
tries=0
while kill -0 "$job" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 15 ] || { kill "$job"; break; } # mpirun still waits for its own process over there
  sleep 1
done
wait "$job" || code=$?
[ "$code" -ne 0 ] || fail "the job ended well without its cable"
once 'lenet train: rank 1 (host.) \(was silent for 3 s\|cannot be reached\|does not answer any more\)$'
once 'stopped; to go on from here:'
[ -f pulled.ckpt ] && [ ! -f pulled ] || fail "no checkpoint"
exits 0 train --resume pulled.ckpt --out none
