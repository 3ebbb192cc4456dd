#!/bin/sh
# paper.sh - measures a row of docs/paper.md, the paper's results beside ours.
#
#   sh examples/paper.sh ROW [FOLDER]     LENET names the program, SEEDS the runs: "1 2 3 4 5"
#
#   lenet5            lenet5-1998, 20 passes, no distortions            5 runs, 5 min on one core
#   lenet5-map        the same by eq. (9) and a smooth schedule           5 runs, 5 min
#   lenet5-distorted  that with distorted patterns                        5 runs, 6 min
#   three             three of those that answer together        seeds 1 to 15, 16 min
#   lenet4, lenet1    the sisters                                         5 runs, 4 and 2 min
#   size              Fig. 6: 15,000, 30,000 and 60,000 patterns         15 runs, 9 min
#   noise             learned from pixels inverted with probability 0.1  10 runs, 11 min
#   batch             lenet5 in batches of 16                             5 runs, 3 min
#   printed           lenet5 from the paper's first weights, eta and mu: it does not learn
#   figures           Figs. 5, 6 and 10 as SVG, after lenet5, size, lenet5-distorted, lenet1,
#                     lenet4 and three
#
# Models and JSON go to FOLDER [paper-runs]; what is there already is not trained again. The test
# images choose nothing: every pass is done, the last one counts.
set -eu

LENET=${LENET:-build/lenet}
SEEDS=${SEEDS:-1 2 3 4 5}
[ $# -ge 1 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
row=$1 folder=${2:-paper-runs}

# all NAME: what the runs of a row have left in the folder.
all() {
  for seed in $SEEDS; do
    [ -s "$folder/$1-$seed.json" ] || { echo "paper.sh: first do row ${2:-$1}" >&2; exit 1; }
    echo "$folder/$1-$seed.json"
  done
}

# train NAME SEED OPTION...: one run, unless its result is there.
train() {
  run=$folder/$1-$2 with=$2
  shift 2
  [ -s "$run.json" ] && [ -s "$run.safetensors" ] && return
  "$LENET" train "$@" --seed "$with" --out "$run.safetensors" --json >"$run.part"
  mv "$run.part" "$run.json"
}

# The value of a key in a JSON document: the last one of that name.
value() { sed -n 's/.*"'"$2"'": *\([-+0-9.e]*\).*/\1/p' "$1" | tail -n 1; }

# The fraction to reject so that half a percent of the rest is wrong.
rejected() { sed -n 's/.*"at_half_percent": *{"rejected": *\([0-9.e-]*\).*/\1/p' "$1"; }

# Mean and sample standard deviation of the numbers on stdin, times $1.
mean() {
  awk -v k="$1" 'NF { x = $1 * k; n++; s += x; q[n] = x }
    END { if (n == 0) { printf "-"; exit }
          m = s / n; for (i in q) v += (q[i] - m) ^ 2
          printf "%.2f", m; if (n > 1) printf " +- %.2f", sqrt(v / (n - 1)) }'
}

# summary NAME: test error, training error of the last pass, and rejection, over the seeds.
summary() {
  name=$1 errors= rejected= learned= seconds=
  for seed in $SEEDS; do
    run=$folder/$name-$seed
    "$LENET" eval --model "$run.safetensors" --json >"$run.eval.json"
    errors="$errors $(value "$run.json" test_error)"
    learned="$learned $(value "$run.json" train_error)"
    seconds="$seconds $(value "$run.json" seconds)"
    rejected="$rejected $(rejected "$run.eval.json")"
  done
  printf '%s: test error %s %% (each, as a fraction:%s)\n' "$name" \
    "$(printf '%s\n' $errors | mean 100)" "$errors"
  printf '  training error in the last pass %s %%, rejected for 0.5 %% error %s %%, %s s a run\n' \
    "$(printf '%s\n' $learned | mean 100)" "$(printf '%s\n' $rejected | mean 100)" \
    "$(printf '%s\n' $seconds | mean 1)"
}

# recipe ROW OPTION...: five runs and what they come to.
recipe() {
  name=$1
  shift
  for seed in $SEEDS; do
    train "$name" "$seed" "$@"
  done
  summary "$name"
}

# Three networks together, five times: seeds 1 2 3, 4 5 6, ...
together() {
  name=$1 errors= rejected=
  shift
  for group in 0 1 2 3 4; do
    models=
    for i in 1 2 3; do
      train "$name" $((3 * group + i)) "$@"
      models=$models${models:+,}$folder/$name-$((3 * group + i)).safetensors
    done
    out=$folder/$name-together-$group.eval.json
    "$LENET" eval --model "$models" --json >"$out"
    errors="$errors $(value "$out" error_rate)"
    rejected="$rejected $(rejected "$out")"
  done
  printf 'three %s: test error %s %% (each, as a fraction:%s), rejected for 0.5 %% error %s %%\n' "$name" \
    "$(printf '%s\n' $errors | mean 100)" "$errors" "$(printf '%s\n' $rejected | mean 100)"
}

# What the noisy network bears: test error on pictures distorted within each range.
noise() {
  for seed in $SEEDS; do
    train noise "$seed" --recipe 1998 --augment invert=0.1
  done
  summary noise
  for spec in none invert=0.1 invert=0.2 scale=0.3 shift=4 rotate=30; do
    for name in lenet5 noise; do
      errors=
      for seed in $SEEDS; do
        train lenet5 "$seed" --recipe 1998 --test-every-epoch
        out=$folder/$name-$seed.$spec.json
        "$LENET" eval --model "$folder/$name-$seed.safetensors" --augment "$spec" --json >"$out"
        errors="$errors $(value "$out" error_rate)"
      done
      printf '  test pictures with %s, %s: %s %%\n' "$spec" "$name" "$(printf '%s\n' $errors | mean 100)"
    done
  done
}

size() {
  for count in 15000 30000; do
    recipe "lenet5-$count" --recipe 1998 --samples "$count" --test-every-epoch
  done
  recipe lenet5 --recipe 1998 --test-every-epoch
}

figures() {
  five=$(all lenet5)
  six="$five $(all lenet5-15000 size) $(all lenet5-30000 size) $(all lenet5-distorted)"
  "$LENET" plot $five --title "Fig. 5: error by pass" --out "$folder/fig5.svg"
  "$LENET" plot $six --x images --title "Fig. 6: error by number of training patterns" \
    --out "$folder/fig6.svg"
  "$LENET" plot "$folder"/lenet1-1.eval.json "$folder"/lenet4-1.eval.json \
    "$folder"/lenet5-1.eval.json "$folder"/lenet5-distorted-together-0.eval.json \
    --title "Error by what is rejected, seed 1; three together" --out "$folder/fig10.svg"
}

case $row in
lenet5 | lenet5-map | lenet5-distorted | three | lenet4 | lenet1 | size | noise | batch | printed | figures)
  mkdir -p "$folder"
  ;;
*) echo "paper.sh: no row '$row'" >&2; exit 2 ;;
esac

case $row in
lenet5) recipe lenet5 --recipe 1998 --test-every-epoch ;;
lenet5-distorted) recipe lenet5-distorted --recipe 1998-distorted ;;
lenet5-map) recipe lenet5-map --recipe 1998-map ;;
lenet4) recipe lenet4 --recipe lenet4 ;;
lenet1) recipe lenet1 --recipe lenet1 ;;
three) together lenet5-distorted --recipe 1998-distorted ;;
batch) recipe lenet5-batch --recipe 1998 --batch 16 ;;
printed) recipe lenet5-printed --recipe 1998 --lr 0.0005 --mu 0.02 --initial fan-in ;;
size) size ;;
noise) noise ;;
figures) figures ;;
esac
