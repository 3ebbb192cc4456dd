#!/bin/sh
# ranks.sh - training speed on ranks beside threads, for docs/cluster.md: microseconds a step, the least
# of RUNS runs that take turns, by batch size.
#
#   sh bench/ranks.sh LENET [RUNS [BATCH...]]     # LENET built with LENET_MPI; MNIST where it is looked for
set -eu
lenet=$1
runs=${2:-5}
[ $# -lt 3 ] || { shift 2; batches=$*; }
: "${batches:=64 128 256 512 1024}"
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

rate() { # batch, command...
  batch=$1
  shift
  "$@" train --data mnist --net lenet5 --optimizer sgd --lr 0.05 --validation 0 --epochs 1 --batch "$batch" \
    --out none --json --quiet | sed 's/.*"images_per_second":\([0-9.e+]*\).*/\1/'
}

echo 'batch  1x1 us  1x2 us  2x1 us  2x1/1x2 speed  (ranks x threads)'
for batch in $batches; do
  for _ in $(seq "$runs"); do
    a=$(rate "$batch" sh -c '"$0" "$@" --threads 1' "$lenet")
    b=$(rate "$batch" sh -c '"$0" "$@" --threads 2' "$lenet")
    c=$(rate "$batch" sh -c 'mpirun --bind-to none -n 2 "$0" "$@" --threads 1' "$lenet")
    echo "$a $b $c"
  done | awk -v batch="$batch" '
    { for (i = 1; i <= 3; i++) if ($i > best[i]) best[i] = $i }
    END { printf "%5d  %6.0f  %6.0f  %6.0f  %.2f\n", batch, 1e6 * batch / best[1], 1e6 * batch / best[2],
          1e6 * batch / best[3], best[3] / best[2] }'
done
