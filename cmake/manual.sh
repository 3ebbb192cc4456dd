# manual.sh - writes the pages of the manual and the scripts for shells, which the command makes of its
# own table, as they stand below share/ when they are installed.
#
#   sh cmake/manual.sh LENET SHARE
set -eu
lenet=$1
share=$2
man=$share/man/man1
bash=$share/bash-completion/completions
zsh=$share/zsh/site-functions
fish=$share/fish/vendor_completions.d
rm -rf "$share"
mkdir -p "$man" "$bash" "$zsh" "$fish"

# The first page names all others.
"$lenet" help --man >"$man/lenet.1"
for name in $(sed -n 's/^\.BR lenet\\-\([a-z]*\) (1)$/\1/p' "$man/lenet.1"); do
  "$lenet" help --man "$name" >"$man/lenet-$name.1"
done
"$lenet" help --completion bash >"$bash/lenet"
"$lenet" help --completion zsh >"$zsh/_lenet"
"$lenet" help --completion fish >"$fish/lenet.fish"
