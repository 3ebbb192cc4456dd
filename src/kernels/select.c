#include "kernels/int8.h"
#include "kernels/kernels.h"

#include <string.h>

#ifdef LENET_HAVE_X86_KERNELS
static bool has_avx2(void)
{
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

static bool has_vnni(void)
{
  return has_avx512() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
}
#endif

void lenet_kernels_all(const lenet_kernels *all[LENET_MAX_KERNELS])
{
  int count = 0;
#ifdef LENET_HAVE_X86_KERNELS
  if (has_avx512())
    all[count++] = &lenet_kernels_avx512, all[count++] = &lenet_kernels_avx512_single;
  if (has_avx2())
    all[count++] = &lenet_kernels_avx2, all[count++] = &lenet_kernels_avx2_single;
#endif
#ifdef LENET_HAVE_NEON_KERNELS
  all[count++] = &lenet_kernels_neon, all[count++] = &lenet_kernels_neon_single;
#endif
#ifdef LENET_HAVE_WASM_KERNELS
  all[count++] = &lenet_kernels_wasm, all[count++] = &lenet_kernels_wasm_single;
#endif
#ifndef LENET_WITHOUT_SCALAR
  all[count++] = &lenet_kernels_scalar, all[count++] = &lenet_kernels_scalar_single;
#endif
  all[count] = NULL;
}

const lenet_kernels *lenet_kernels_for(lenet_isa isa, int lanes)
{
  const lenet_kernels *all[LENET_MAX_KERNELS];
  lenet_kernels_all(all);
  for (int i = 0; all[i]; i++)
    if ((isa == LENET_ISA_BEST || all[i]->isa == isa) && all[i]->lanes == lanes)
      return all[i];
  return NULL;
}

const lenet_int8_kernels *lenet_int8_kernels_for(lenet_isa isa)
{
  const lenet_kernels *lanes = lenet_kernels_for(isa, LENET_LANES);
  if (!lanes)
    return NULL;
  switch (lanes->isa) {
#ifdef LENET_HAVE_X86_KERNELS
  case LENET_ISA_AVX512: return has_vnni() ? &lenet_int8_vnni : &lenet_int8_avx2;
  case LENET_ISA_AVX2: return &lenet_int8_avx2;
#endif
#ifdef LENET_HAVE_NEON_KERNELS
  case LENET_ISA_NEON: return &lenet_int8_neon;
#endif
  default: return &lenet_int8_scalar;
  }
}

static const char *const isa_names[] = {
    [LENET_ISA_BEST] = "best",     [LENET_ISA_SCALAR] = "scalar", [LENET_ISA_AVX2] = "avx2",
    [LENET_ISA_AVX512] = "avx512", [LENET_ISA_NEON] = "neon",     [LENET_ISA_WASM] = "wasm"};
enum { ISA_COUNT = sizeof isa_names / sizeof *isa_names };

const char *lenet_isa_name(lenet_isa isa)
{
  return (unsigned)isa < ISA_COUNT ? isa_names[isa] : "unknown";
}

bool lenet_isa_find(const char *name, lenet_isa *isa)
{
  for (unsigned i = 0; i < ISA_COUNT; i++)
    if (strcmp(name, isa_names[i]) == 0) {
      *isa = (lenet_isa)i;
      return true;
    }
  return false;
}

bool lenet_isa_available(lenet_isa isa) { return lenet_kernels_for(isa, LENET_LANES) != NULL; }

const char *lenet_isa_integers(lenet_isa isa)
{
  const lenet_int8_kernels *kernels = lenet_int8_kernels_for(isa);
  if (!kernels)
    return NULL;
  return kernels->isa == LENET_ISA_AVX512 ? "vnni" : lenet_isa_name(kernels->isa);
}

lenet_isa lenet_isa_best(void) { return lenet_kernels_for(LENET_ISA_BEST, LENET_LANES)->isa; }
