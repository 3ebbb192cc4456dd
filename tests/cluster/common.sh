# common.sh - what the tests of lenet under mpirun share, beside that of the command.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
mpirun_command=$(command -v mpirun) || { echo "skipped: no mpirun"; exit 77; }

# All on this machine, which may have fewer processors than ranks.
mpirun() { "$mpirun_command" --oversubscribe --bind-to none "$@"; }
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_btl=self,vader,tcp OMPI_MCA_btl_tcp_if_include=lo

# Runs lenet on so many ranks and checks the exit code.
ranks() { # code, ranks, arguments...
  wanted=$1
  count=$2
  shift 2
  code=0
  mpirun -n "$count" "$LENET" "$@" >out 2>err </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || fail "$count ranks: lenet $*: exit code $code, not $wanted"
}

# The reason must stand on stderr once, among what mpirun says itself.
once() { # pattern
  [ "$(grep -c -e "$1" err)" -eq 1 ] || fail "not once on stderr: '$1'"
}

# The process ids of rank 1 of a job that has this word on its command line, as /proc tells them.
rank_one() {
  for place in /proc/[0-9]*; do
    { tr '\0' '\n' <"$place/environ" | grep -q '^OMPI_COMM_WORLD_RANK=1$'; } 2>/dev/null || continue
    { tr '\0' '\n' <"$place/cmdline" | grep -q -x -e "$1"; } 2>/dev/null || continue
    echo "${place#/proc/}"
  done
}
