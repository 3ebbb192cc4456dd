# Help, versions, and what is said to a command line that is wrong.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

# Without a command: the overview on stderr, as a failure.
exits 2
[ ! -s out ] || fail "output without a command"
says err '^Usage'

# Asked for, help goes to stdout and is a success; all ways lead to the same text.
for command in train sweep eval predict show 'data list' 'data fetch' 'data info' 'data make' plot bench \
  version help; do
  # shellcheck disable=SC2086 # a sub-command is two words
  exits 0 help $command
  [ ! -s err ] || fail "help $command writes to stderr"
  says out "^lenet $command - "
  says out '^Usage'
  says out '^  -h, --help'
  cp out help
  # shellcheck disable=SC2086
  exits 0 $command --help
  same out help
  # shellcheck disable=SC2086
  exits 0 $command -h
  same out help
  [ "$(awk 'length > 100' out | wc -l)" -eq 0 ] || fail "help $command is wider than 100 columns"
done
exits 0 --help
cp out help
exits 0 help
same out help
for command in train sweep eval predict show data plot bench version help; do
  says out "^  $command  "
done
says out '^Exit codes: 0 .* 1 .* 2 .* 3 .* 4 '
exits 0 data --help
says out '^  data fetch '
exits 2 data
says err '^  data fetch '

# The options that the help of train must not forget.
exits 0 train --help
for option in recipe net data data-dir epochs batch optimizer lr momentum mu curvature-samples weight-decay schedule \
  step-epochs step-factor loss rubbish seed augment validation samples test-every-epoch initial init out resume mistakes isa threads json quiet; do
  says out "--$option"
done

for word in C6@5 table1 A2 M2 S2 P2 F120 R10 linear tanh scaled sigmoid relu softmax cosine sdlm 1998; do
  says out "$word"
done
[ "$(grep '^  lenet train' out | grep -c -v -e '--out' -e '--resume' -e '\[')" -le 2 ] ||
  fail "the examples of train overwrite each other's models"
for command in train eval data; do
  exits 0 $command --help
  tr '\n' ' ' <out | tr -s ' ' >flat
  says flat 'without these every sixth picture is for testing'
done
refuses 2 "unknown option '--json'" help --json

# Versions.
version=$(sed -n 's/^#define LENET_VERSION "\(.*\)"/\1/p' "$LENET_SOURCE_DIR/include/lenet.h")
exits 0 --version
[ "$(cat out)" = "lenet $version" ] || fail "--version"
refuses 2 "unknown option '--xyzzy'" --version --xyzzy
exits 0 version
says out "^lenet $version$"
says out 'scalar'
says out '^in 8-bit integers: [a-z]'
if grep -q 'jansson' out; then
  exits 0 version --json
  json "d['version'] == '$version'" "'scalar' in d['isa']" "d['isa_best'] in d['isa']" \
    "d['integers'] in d['isa'] + ['vnni']" "'jansson' in d['parts']"
  cp out these
  exits 0 --version --json
  same these out
else
  refuses 1 'without jansson' version --json
fi

# Commands and options that do not exist, with the nearest that does.
refuses 2 "did you mean 'train'" trian
refuses 2 "did you mean 'fetch'" data fetsh
refuses 2 "unknown command 'xyzzy'" xyzzy
refuses 2 "unknown command" help xyzzy
refuses 2 'did you mean --epochs' train --epohcs 3
refuses 2 "unknown option '--xyzzy'" eval --xyzzy
refuses 2 "unknown option '-x'" eval -x
refuses 2 '--step-epochs, --step-factor' train --step 3
refuses 2 'takes no value' eval --quiet=3
refuses 2 'before the command' --json eval
says err "try 'lenet --help'"

# Values.
refuses 2 "^lenet train: --epochs: 'x' is not a whole number of 1 to 10000$" train --epochs x
says err "^try 'lenet train --help'$"
for value in 0 -1 10001 3x 1e3 '' ' 3' 99999999999999999999; do
  refuses 2 '--epochs' train --epochs "$value"
done
for value in nan inf x 0 1e9 '' -1; do
  refuses 2 '--lr' train --lr "$value"
done
for value in -1 x 1.5 18446744073709551616; do
  refuses 2 '--seed' train --seed "$value"
done
refuses 2 'sgd|adam' train --optimizer sdg
refuses 2 'sgd|adam|sdlm' train --optimizer s
refuses 2 '--mu' train --optimizer sdlm --mu 0
refuses 2 '--curvature-samples' train --optimizer sdlm --curvature-samples 0
refuses 2 'needs a value' train --net
refuses 2 '-n needs a value' data make synthetic digits -n
refuses 2 "unknown option '-y'" show --json -yh
refuses 2 'scalar|avx2|avx512|neon|wasm|best' eval --isa sse
refuses 2 '0 to 1' predict --reject 1.5 x.png
refuses 2 'no picture' predict
refuses 2 'too much' eval mnist
refuses 2 'too much' show lenet5
refuses 2 'missing' data info
refuses 2 'exclude' show --list --net lenet5

# Options that would be without effect.
refuses 2 '--momentum' train --optimizer adam --momentum 0.9
refuses 2 '--momentum: goes with --optimizer sgd alone' train --optimizer sdlm --momentum 0.9
refuses 2 '--mu: goes with --optimizer sdlm alone' train --mu 0.02
refuses 2 '--curvature-samples: goes with --optimizer sdlm alone' \
  train --optimizer sgd --curvature-samples 500
refuses 2 '--step-epochs: goes with --schedule step alone' \
  train --schedule constant --step-epochs 3
refuses 2 '--step-factor' train --schedule 1998 --step-factor 0.5

# Options may be shortened as long as that is unambiguous, and stand behind operands.
exits 0 show --ne lenet5
exits 0 data info synthetic:100 --sp test
