# test_mpi.sh - builds lenet with MPI and runs the tests of several processes and hosts.
#
#   sh cmake/test_mpi.sh JOBS
set -eu
cd "$(dirname "$0")/.."
cmake -S . -B build-mpi -DLENET_MPI=ON -DLENET_TESTS=ON -DLENET_WERROR=ON >/dev/null
cmake --build build-mpi -j "$1" --target lenet_command
ctest --test-dir build-mpi --output-on-failure -R '^cluster_' -j 1
