# in_folder.sh SCRIPT - runs a test of the command in a fresh folder, which is removed afterwards.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cd "$folder" || exit 1
sh "$1"
