#!/bin/sh
# ranks.sh - training speed on two ranks beside two threads, for docs/cluster.md: microseconds a step by batch
# size, that of the fastest of all epochs of RUNS runs of 20 epochs of 12,800 images, which take turns.
#
#   sh bench/ranks.sh LENET [RUNS [BATCH...]]     LENET built with LENET_MPI; MNIST where it is looked for
set -eu
lenet=$1
runs=${2:-5}
[ $# -lt 3 ] || { shift 2; batches=$*; }
: "${batches:=64 128 256 512 1024}"
images=12800
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# Seconds of the fastest epoch.
fastest() { # batch, threads, command...
  batch=$1
  threads=$2
  shift 2
  "$@" train --data mnist --net lenet5 --optimizer sgd --lr 0.05 --validation 0 --samples $images --epochs 20 \
    --batch "$batch" --threads "$threads" --out none --json --quiet |
    grep -o '"seconds":[0-9.e-]*' | cut -d: -f2 | sort -g | head -n 1
}

echo 'batch  1x1 us  1x2 us  2x1 us  speed of 2x1 / 1x2  (ranks x threads)'
for batch in $batches; do
  for _ in $(seq "$runs"); do
    echo "$(fastest "$batch" 1 "$lenet") $(fastest "$batch" 2 "$lenet") $(
      fastest "$batch" 1 mpirun --bind-to none -n 2 "$lenet")"
  done | awk -v batch="$batch" -v images=$images '
    { for (i = 1; i <= 3; i++) if (!(i in best) || $i < best[i]) best[i] = $i }
    END { us = 1e6 * batch / images
          printf "%5d  %6.0f  %6.0f  %6.0f  %.2f\n", batch, us * best[1], us * best[2], us * best[3], best[2] / best[3] }'
done
