# The pages of the manual and the completion of shells, both made of the table of commands.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

exits 0 help
commands=$(sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p' out | tr '\n' ' ')
commands=${commands% }
case $commands in
  train\ *' data '*' help') ;;
  *) fail "help lists '$commands'" ;;
esac

# Each page says what --help says; what reads roff has nothing to say against it.
exits 0 help --man
cp out lenet.1
for command in $commands; do
  says lenet.1 "^\.BR lenet.-$command (1)\$"
  exits 0 help --man "$command"
  [ ! -s err ] || fail "help --man $command writes to stderr"
  cp out "lenet-$command.1"
  for part in NAME SYNOPSIS 'SEE ALSO'; do says out "^\.SH $part\$"; done
  exits 0 help "$command"
  sed -n 's/^  \(-.,\|   \) --\([a-z0-9-]*\).*/\2/p' out | sed 's/-/\\\\-/g' >options
  while read -r option; do
    says "lenet-$command.1" "fB.-.-$option.fR"
  done <options
done
exits 0 help --man data make
same out lenet-data.1
says lenet-data.1 '^\.SS .fBlenet data make'
for page in *.1; do
  if command -v mandoc >/dev/null; then
    mandoc -T lint "$page" | grep -v 'missing date' >lint && fail "$page: $(head -n 3 lint)"
  fi
  if command -v groff >/dev/null; then
    groff -ww -man -Tascii "$page" 2>&1 >/dev/null | grep . >lint && fail "$page: $(head -n 3 lint)"
  fi
done

# The scripts are right for their shells.
for shell in bash zsh fish; do
  exits 0 help --completion $shell
  cp out lenet.$shell
  if command -v $shell >/dev/null; then $shell -n lenet.$shell || fail "the script for $shell"; fi
done

# What bash makes of a line of words; the last one is completed.
if command -v bash >/dev/null; then
  mkdir folder
  : >photo.png
  cat >complete <<'SCRIPT'
source ./lenet.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_lenet
echo "${COMPREPLY[*]}"
SCRIPT
  completes() { # wanted, words...
    wanted=$1
    shift
    answer=$(bash complete "$@")
    [ "$answer" = "$wanted" ] || fail "bash completes '$*' to '$answer', not '$wanted'"
  }
  completes "$commands" lenet ''
  completes train lenet t
  completes 'list fetch info make' lenet data ''
  completes --count lenet data make --co
  completes 'sgd sdlm' lenet train --optimizer s
  completes 'sgd sdlm' lenet train --optimizer = s
  completes 'sgd adam sdlm' lenet train --optimizer =
  completes '' lenet train --epochs ''
  completes 'lenet5 lenet5-conv lenet5-d2l lenet5-modern lenet5-1998 lenet5-ascii lenet5-ascii-softmax' lenet show --net lenet5
  completes photo.png lenet read ph
  completes 'mnist fashion-mnist' lenet data fetch ''
  completes folder lenet eval --data-dir ''
  completes 'version' lenet help v
fi

refuses 2 'stands alone' help --completion bash train
refuses 2 'not one of bash|zsh|fish' help --completion tcsh
refuses 2 'unknown command' help --man xyzzy
