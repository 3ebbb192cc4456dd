# sprint.sh - the recipe `sprint` with ten seeds: seconds from the start of the process to its end, the
# files' reading and the measuring of the test images among them, and the test error, which each run
# looks at once.
#
#   sh bench/sprint.sh [LENET]
set -eu
lenet=${1:-build/lenet}
now() { date +%s.%N; }
for seed in 1 2 3 4 5 6 7 8 9 10; do
  from=$(now)
  errors=$("$lenet" train --recipe sprint --seed $seed --out none --json -q |
    sed -n 's/.*"test_errors":\([0-9]*\).*/\1/p')
  echo "$seed $errors $(now) $from"
done | awk '
  { wall = $3 - $4; error = $2 / 100; sum += error; square += error * error; time += wall
    if (NR == 1 || wall < best) best = wall
    printf "seed %d: %.2f %% wrong in %.2f s\n", $1, error, wall }
  END { mean = sum / NR
    printf "mean of %d: %.3f %% wrong, standard deviation %.3f; %.2f s, best %.2f s\n", NR, mean,
      sqrt((square - NR * mean * mean) / (NR - 1)), time / NR, best }'
