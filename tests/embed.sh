# embed.sh ROOT - cmake/embed.c, the tool that turns model files and recipes into C: its tables hold
# what the files hold, in the promised order, and a wrong file fails the build with the reason.
set -eu
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
compiler="${CC:-cc} -std=c11 -Wall -Wextra -Werror -pedantic"
$compiler -o embed "$root/cmake/embed.c"

# A model file: its name, the offsets of the second tensor, the names of the tensors, the words.
model() {
  header='{"__metadata__":{"format":"lenet","note":"why??/ \303\251"}, '
  header="$header\"$3\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
  header="$header\"$4\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":$2}}  "
  length=$(printf "$header" | wc -c)
  {
    printf "\\$(printf %o "$length")\0\0\0\0\0\0\0$header"
    printf "$5"
  } >"$1.safetensors"
}
words='\000\000\200\077\001\002\003\004\377\377\377\377' # 1.0f, 0x04030201, 0xffffffff
model lenet5 '[8,12]' c1.weight c1.bias "$words"
model lenet5-conv '[8,12]' c1.weight c1.bias "$words"
model zip '[8,12]' c1.weight c1.bias '\007\000\000\000\000\000\000\000\000\000\000\000'
echo zip >default.txt

./embed models one.c default.txt lenet5.safetensors lenet5-conv.safetensors zip.safetensors
./embed models two.c default.txt zip.safetensors lenet5-conv.safetensors lenet5.safetensors
cmp one.c two.c

cat >check.c <<'END'
#include "net/builtin.h"
#include <stdio.h>
int main(void)
{
  for (size_t i = 0; i < lenet_builtin_model_count; i++) {
    const struct lenet_builtin *model = &lenet_builtin_models[i];
    printf("%s:", model->name);
    for (const char *const *note = model->notes; *note; note++)
      printf(" %s", *note);
    for (size_t word = 0; word < model->word_count; word++)
      printf(" %08lx", (unsigned long)model->words[word]);
    printf("\n");
  }
  return 0;
}
END
$compiler -I "$root/src" -o check check.c one.c
./check >answer
cat >expected <<'END'
zip: format lenet note why??/ é 00000007 00000000 00000000
lenet5: format lenet note why??/ é 3f800000 04030201 ffffffff
lenet5-conv: format lenet note why??/ é 3f800000 04030201 ffffffff
END
diff expected answer

# No models at all is a table too.
./embed models none.c absent.txt
$compiler -I "$root/src" -o check check.c none.c
./check >answer
[ ! -s answer ]

kind=models
refused() { # reason, arguments
  reason=$1
  shift
  if answer=$(./embed "$kind" refused.c "$@" 2>&1) || [ -e refused.c ]; then
    echo "accepted, but should say: $reason"
    exit 1
  fi
  case $answer in
    *"$reason"*) ;;
    *) echo "said '$answer', not '$reason'" && exit 1 ;;
  esac
}
model holes '[12,16]' c1.weight c1.bias "$words"
refused 'tensor c1.bias: begins at byte 12, not 8' default.txt holes.safetensors
model sorted '[8,12]' c1.bias c1.weight "$words"
refused 'not in the order of the parameters' default.txt sorted.safetensors
model mixed '[8,12]' c1.weight c2.bias "$words"
refused 'not in the order of the parameters' default.txt mixed.safetensors
model shape '[8,16]' c1.weight c1.bias "$words"
refused 'shape and offsets do not agree' default.txt shape.safetensors
model short '[8,12]' c1.weight c1.bias '\000\000\200\077'
refused '4 bytes of tensors, the header promises 12' default.txt short.safetensors
model long '[8,12]' c1.weight c1.bias "$words\000"
refused '13 bytes of tensors, the header promises 12' default.txt long.safetensors
model escape '[8,12]' c1.weight 'c1\\n.bias' "$words"
refused 'expected a string without escapes' default.txt escape.safetensors
head -c 7 lenet5.safetensors >seven.safetensors
refused '7 bytes, too short' default.txt seven.safetensors
head -c 100 lenet5.safetensors >hundred.safetensors
refused '100 bytes, too short' default.txt hundred.safetensors
cp lenet5.safetensors 'LeNet 5.safetensors'
refused 'called NAME.safetensors' default.txt 'LeNet 5.safetensors'
refused 'there is no model zip.safetensors' default.txt lenet5.safetensors
refused 'absent.txt: cannot be read' absent.txt lenet5.safetensors
refused 'absent.safetensors: cannot be read' default.txt absent.safetensors

# Recipes: the texts byte for byte, by name.
printf 'epochs 1  # "what??/" \\n of it\n\nnet a\n' >b.txt
printf 'no end of line: \303\251' >a-1.txt
: >a.txt
./embed recipes one.c b.txt a.txt a-1.txt
./embed recipes two.c a-1.txt b.txt a.txt
cmp one.c two.c
cat >check.c <<'END'
#include "recipe_file.h"
int main(void)
{
  for (const cli_shipped_recipe *r = cli_shipped_recipes; r->name; r++)
    printf("%s:%s", r->name, r->text);
  return 0;
}
END
$compiler -I "$root/cli" -I "$root/include" -o check check.c one.c
./check >answer
{
  printf 'a:a-1:'
  cat a-1.txt
  printf 'b:'
  cat b.txt
} >expected
cmp expected answer
kind=recipes
printf 'a\000b' >zero.txt
refused 'byte 1 is no text' zero.txt
head -c 4096 /dev/zero | tr '\000' x >large.txt
refused '4096 bytes, 4095 are possible' large.txt
cp a.txt A.txt
refused 'called NAME.txt' A.txt
refused 'absent.txt: cannot be read' absent.txt

# Texts of C: their lines, whatever is in them.
printf '/* "what??/" */\n\n#define A \\\\\n  1\n' >a.c
./embed texts texts.c a.c
cat >check.c <<'END'
#include "files/ccode.h"
int main(void)
{
  for (const char *const *line = lenet_ccode_texts[0].lines; *line; line++)
    printf("%s\n", *line);
  return lenet_ccode_texts[1].name != 0;
}
END
$compiler -I "$root/src" -I "$root/include" -o check check.c texts.c
./check >answer
diff a.c answer
printf 'int a;' >b.c
kind=texts
refused 'its last line has no end' b.c
