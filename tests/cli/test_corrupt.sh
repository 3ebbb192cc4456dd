# lenet eval --corrupt: the table, its means, its JSON, and what is refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
set='--data synthetic:1200'

# shellcheck disable=SC2086
exits 0 eval $set --corrupt all
says out '^corruption  *level  *errors  *accuracy$'
says out '^none  *-  *[0-9]'
for name in shift rotate scale shear thick thin brightness contrast fog blur motion-blur noise \
  impulse dotted-line zigzag occlusion; do
  says out "^$name  *3  *[0-9,]*  *[0-9.]* %$"
done
says out '^mean  *[0-9.]* %$'
# shellcheck disable=SC2086
exits 0 eval $set --corrupt all --json
json "len(d['corruptions']) == 16" "d['samples'] == 200" \
  "all(c['level'] == 3 and c['error_rate'] == c['errors'] / 200 for c in d['corruptions'])" \
  "abs(d['corrupted_accuracy'] - sum(c['accuracy'] for c in d['corruptions']) / 16) < 1e-12"
clean=$("$LENET" eval --data synthetic:1200 --json | sed 's/.*"errors":\([0-9]*\).*/\1/')
json "d['errors'] == $clean"

# shellcheck disable=SC2086
exits 0 eval $set --corrupt all:1,fog --json
json "[c['level'] for c in d['corruptions']] == [1] * 16 + [3]"

# Some of them, at levels; the seed decides, the threads do not.
# shellcheck disable=SC2086
exits 0 eval $set --corrupt noise:5,noise:1,occlusion --threads 1 --json
json "[(c['name'], c['level'], c['amount']) for c in d['corruptions']] == \
[('noise', 5, 0.5), ('noise', 1, 0.1), ('occlusion', 3, 8)]"
cp out first
# shellcheck disable=SC2086
exits 0 eval $set --corrupt noise:5,noise:1,occlusion --threads 3 --json
same first out
# shellcheck disable=SC2086
exits 0 eval $set --corrupt noise:5,noise:1,occlusion --seed 2 --json
! cmp -s first out || fail "another seed gives the same pictures"
# shellcheck disable=SC2086
exits 0 eval $set --model lenet5-modern,lenet5-modern --corrupt blur

refuses 2 "--corrupt: column 1: no corruption is called 'fgo': did you mean fog?" eval $set --corrupt fgo
refuses 2 "--corrupt: column 9: '9' is no level of 1 to 5" eval $set --corrupt fog,fog:9
refuses 2 "--corrupt: column 5: '' is no level" eval $set --corrupt fog:
refuses 2 "--corrupt: column 5: '11' is no level" eval $set --corrupt fog:11
refuses 2 "--corrupt: column 5: a name is missing" eval $set --corrupt fog,
refuses 2 "--corrupt: column 1: a name is missing" eval $set --corrupt :3
refuses 2 "--corrupt: more than 64 corruptions" eval $set --corrupt all:1,all:2,all:3,all:4,fog:5
refuses 2 "--corrupt: column 5: fog:3 stands there already" eval $set --corrupt all,fog
refuses 2 "--corrupt: column 13: fog:2 stands there already" eval $set --corrupt fog:2,noise,fog:2
refuses 2 '--augment and --corrupt exclude each other' eval $set --corrupt fog --augment affine
refuses 2 '--int8 and --corrupt exclude each other' eval $set --corrupt fog --int8
refuses 2 '--mistakes and --corrupt exclude each other' eval $set --corrupt fog --mistakes 2
