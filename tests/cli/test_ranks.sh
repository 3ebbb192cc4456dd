# A launcher has started several processes of a lenet without MPI: it is said once, nothing is done. With
# MPI: tests/cluster.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
if "$LENET" version | grep -q '^libraries:.* MPI'; then
  echo 'skipped: this build has MPI'
  exit 77
fi
for launcher in OMPI_COMM_WORLD_SIZE=3:OMPI_COMM_WORLD_RANK PMI_SIZE=3:PMI_RANK \
  SLURM_STEP_NUM_TASKS=3:PMIX_RANK; do
  for command in 'train --data synthetic:100' 'read seven.pgm' 'sweep runs.txt' eval 'data list'; do
    # shellcheck disable=SC2086 # a command is several words
    env "${launcher%:*}" "${launcher#*:}=0" "$LENET" $command >out 2>err </dev/null && fail "$command: ran"
    [ ! -s out ] || fail "$command: output"
    says err ': 3 processes were started, but this '
    # shellcheck disable=SC2086
    env "${launcher%:*}" "${launcher#*:}=1" "$LENET" $command >out 2>err </dev/null || fail "$command: rank 1"
    [ ! -s out ] && [ ! -s err ] || fail "$command: rank 1 says something"
  done
  env "${launcher%:*}" "${launcher#*:}=0" "$LENET" version >out || fail "version"
  says out '^lenet '
done
[ "$(ls)" = "err
out" ] || fail "files: $(ls)"

# One process is none too many, and half of what a launcher says is nothing.
env OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0 "$LENET" read "$samples/seven.pgm" >out || fail "one process"
env SLURM_STEP_NUM_TASKS=3 "$LENET" read "$samples/seven.pgm" >out || fail "no rank"
[ "$(cat out)" = 7 ] || fail "not a 7"
