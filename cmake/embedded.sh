# embedded.sh - exports models as C, builds them for microcontrollers and runs them on emulated
# boards, in build-embedded: every score must be the library's.
#
#   sh cmake/embedded.sh [COUNT]   that many synthetic digits each (1000)
#
# Instructions are counted by QEMU: with -icount shift=0 each takes one nanosecond of the board's
# time, which its timer shows (tests/embedded). The library is that of build, which `make` has built.
set -eu
count=${1:-1000}
root=$PWD
library=$root/${LENET_BUILD:-build}
out=$root/build-embedded
boards=$root/tests/embedded
mkdir -p "$out"

${CC:-cc} -std=c11 -O1 -Wall -Wextra -Werror -Iinclude -o "$out/reference" \
  tests/embedded/reference.c "$library/liblenet.so" -Wl,-rpath,"$library"

warnings='-std=c99 -pedantic -Wall -Wextra -Wconversion -Werror'

# The RAM that QEMU's machine has, and flash; RISC-V's lies in one piece.
memory() { # flash, its kB, RAM, its kB
  echo "-Wl,--defsym=flash=$1,--defsym=flash_size=$2K,--defsym=ram=$3,--defsym=ram_size=$4K"
}
mps2=$(memory 0 4096 0x20000000 4096)
microbit=$(memory 0 256 0x20000000 16)
virt=$(memory 0x80000000 1024 0x80100000 1024)

board() { # title, tools, options of the compiler, sources, memory, emulator...
  title=$1 tools=$2 options=$3 source=$4 memory=$5
  shift 5
  $tools-gcc $options $warnings -O2 -fstack-usage -ffunction-sections -fdata-sections \
    -c "$text" -o text.o
  $tools-gcc $options -std=gnu11 -Wall -Wextra -Werror -O2 -ffreestanding -I. $defines -nostdlib \
    -T "$boards/board.ld" $memory "$boards/main.c" "$boards/$source" text.o -lgcc -o board.elf
  printf '%s %s, %s: %s; ' "$model" "$kind" "$title" \
    "$($tools-size text.o | awk 'NR == 2 { printf "text %d, data %d, bss %d bytes", $1, $2, $3 }')"
  timeout 600 "$@" -display none -monitor none -serial none -icount shift=0 \
    -semihosting-config enable=on,target=native -kernel board.elf 2>&1
}

arm() { # title, cpu, further options, halves of a nanosecond in a tick, memory, machine
  board "$1" arm-none-eabi "-mcpu=$2 -mthumb $3 -DTICK_HALVES=$4" arm.c "$5" qemu-system-arm -M "$6"
}

for choice in ${MODELS:-lenet5:int8 lenet5-modern:int8 lenet5-1998:int8 lenet5:float}; do
  model=${choice%:*} kind=${choice#*:}
  mkdir -p "$out/$model-$kind"
  cd "$out/$model-$kind"
  "$out/reference" "$model" "$kind" "$count" .
  sed -n "s/^ \*   \(flash\|RAM\|stack\) */$model $kind: \1 /p" digit.h
  text=digit.c
  defines="-DMOST_STACK=$(sed -n 's/^ \*   stack *\([0-9]*\) .*/\1/p' digit.h)"
  if [ "$kind" = int8 ]; then
    arm 'Cortex-M0+' cortex-m0plus -mfloat-abi=soft 125 "$microbit" microbit
    arm 'Cortex-M4' cortex-m4 -mfloat-abi=soft 80 "$mps2" mps2-an386
    arm 'Cortex-M7' cortex-m7 -mfloat-abi=soft 80 "$mps2" mps2-an500
    # Control registers are an extension of their own only in younger specifications.
    board 'RISC-V rv32imac' riscv64-unknown-elf \
      '-march=rv32imac -mabi=ilp32 -misa-spec=2.2 -ffreestanding' riscv.c "$virt" \
      qemu-system-riscv32 -M virt -bios none
  else # where there is a unit for them
    defines="$defines -DFLOATS"
    arm 'Cortex-M4F' cortex-m4 '-mfloat-abi=hard -mfpu=fpv4-sp-d16' 80 "$mps2" mps2-an386
    arm 'Cortex-M7F' cortex-m7 '-mfloat-abi=hard -mfpu=fpv5-sp-d16' 80 "$mps2" mps2-an500
  fi
  [ "$choice" = lenet5:int8 ] || continue
  text=$boards/im2col.c defines='-DMOST_STACK=2048 -DONLY_COUNT' kind='by im2col'
  arm 'Cortex-M4' cortex-m4 '-mfloat-abi=soft -I.' 80 "$mps2" mps2-an386
done
