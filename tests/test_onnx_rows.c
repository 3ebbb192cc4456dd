/* Rows of ONNX graphs by other programs: convolutions, dense rows, pools, activations and codes. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "onnx_graph.h"

#if LENET_HAVE_ONNX

/* ---- convolutions ---- */

#define F3 "; Flatten c>f; Gemm f,v>y"

static void test_conv(void **state)
{
  static const graph graphs[] = {
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:2; v:8x3", "Conv x,w,b>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w,~>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:32x3", "Conv x,w>c auto_pad=SAME_LOWER" F3,
       "4x4 P1 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=VALID" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:32x3", "Conv x,w>c auto_pad=NOTSET pads=1,1,1,1" F3,
       "4x4 P1 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=ANOTHERNAMEALTOGETHER" F3,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=0" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x2x2", "Conv x,w>c auto_pad=SAME_UPPER", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=0,0,1,1", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=1,1", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=200,200,200,200", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c group=2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c strides=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c dilations=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c kernel_shape=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x2", "Conv x,w>c", "not square"},
      {NULL, "w:2x1x3", "Conv x,w>c", "not square"},
      {NULL, "w:[1,2]", "Conv x,w>c", "not square"},
      {NULL, "w:2x2x3x3", "Conv x,w>c", "joins 2 maps to 2, and 1 come to it"},
      {NULL, "w:0x1x3x3", "Conv x,w>c", "joins 1 maps to 0"},
      {NULL, "w:1025x1x1x1", "Conv x,w>c", "joins 1 maps to 1025"},
      {NULL, "w:2x1x1x1", "Flatten x>f; Conv f,w>c", "joins 1 maps to 2, and 0 come to it"},
      {NULL, "w:2x1x3x3", "Conv x>c", "reads what is neither its input nor an array"},
      {NULL, "w:2x1x3x3", "Conv x,~>c", "reads what is neither its input nor an array"},
      {NULL, "w:2x1x3x3; b:3", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3; b:[1,2]", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3; b:2x1", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3", "Conv x,w,nothing>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x5x5", "Conv x,w>c", "'c' (Conv)"},
      {"1,4,4,1", "w:2x1x3x3", "Conv x,w>c", "maps last"},
      {NULL, "w:2x1x3x3", "Conv x,w>~", "gives nothing"},
      {NULL, "w:2x1x3x3", "Conv x,w>", "gives nothing"},
      {NULL, "w:2x1x3x3; b:2x1x1; v:8x3", "Conv x,w>a; Add a,b>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:1x2x1x1; v:8x3", "Conv x,w>a; Add b,a>c" F3,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:2", "Conv x,w>a; Add a,b>c", "adds no number to each of the 2"},
      {NULL, "w:2x1x3x3; b:2", "Conv x,w>a; Add a,b,b>c", "adds no number to each of the 2"},
      {NULL, "w:2x1x3x3; b:2x1x1", "Conv x,w>a; Add a,a>c", "adds no number to each of the 2"},
  };
  CHECK_ALL(graphs);
}

/* ---- dense rows ---- */

static void test_dense(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "v:3x16; b:3", "Flatten x>f; Gemm f,v,b>y transB=1", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:1x3", "Flatten x>f; Gemm f,v,b>y alpha=1.0 beta=1.0", "4x4 F3:softmax"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v,~>y", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:3", "Flatten x>f; MatMul f,v>m; Add m,b>y", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:3", "Flatten x>f; MatMul f,v,b>y", "4x4 F3:softmax"},
      {NULL, "v:16x3", "Gemm x,v>y", "a Flatten is missing"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f>y", "reads what is neither"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y transA=1", "transA, or an alpha or beta"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y alpha=0.5", "transA, or an alpha or beta"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y beta=0.5", "transA, or an alpha or beta"},
      {NULL, "v:15x3", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:16", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:[16,3]", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:16x0", "Flatten x>f; Gemm f,v>y", "0 units"},
      {"1,1,1,1", "v:1x1025", "Flatten x>f; Gemm f,v>y", "1025 units"},
      {NULL, "v:16x3; b:2", "Flatten x>f; Gemm f,v,b>y", "its bias is no array of 3 floats"},
      {NULL, "v:16x3; b:2", "Flatten x>f; MatMul f,v>m; Add m,b>y",
       "adds no number to each of the 3"},
      {NULL, "v:16x3", "Flatten x>f; MatMul f,v>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
}

/* ---- pools ---- */

#define POOL "kernel_shape=2,2 strides=2,2"

static void test_pools(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:4x3", "AveragePool x>p " POOL END, "4x4 A2 F3:softmax"},
      {NULL, "v:4x3", "MaxPool x>p " POOL " pads=0,0,0,0 dilations=1,1" END, "4x4 M2 F3:softmax"},
      {NULL, "v:16x3", "MaxPool x>p kernel_shape=1,1" END, "4x4 M1 F3:softmax"},
      {NULL, "", "MaxPool x>p", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,3 strides=2,3", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,2,2 strides=2,2,2", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,2", "windows are not square"},
      {NULL, "", "MaxPool x>p pads=1,1,1,1 " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>p dilations=2,2 " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=0,0 strides=0,0", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=999,999 strides=999,999", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=5,5 strides=5,5", "'p' (MaxPool)"},
      {NULL, "", "Flatten x>f; MaxPool f>p " POOL, "windows are not square"},
      {"1,4,4,1", "", "MaxPool x>p " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>~ " POOL, "gives nothing"},
      {NULL, "k:1x1x1; v:4x3", "AveragePool x>a " POOL "; Mul a,k>p" END,
       "4x4 S2:linear F3:softmax"},
      {NULL, "n:=4; k:1x1x1; b:1x1x1; v:4x3",
       "AveragePool x>a " POOL "; Mul a,n>m; Mul m,k>s; Add s,b>p" END, "4x4 S2:linear F3:softmax"},
      {NULL, "k:2", "AveragePool x>a " POOL "; Mul a,k>p" END, "one coefficient for each map"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>p; Relu p>y",
       "one coefficient for each map"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>p", "one coefficient for each map"},
      {NULL, "n:=3", "AveragePool x>a " POOL "; Mul a,n>p", "multiplies by what is neither"},
      {NULL, "k:1x1x1", "AveragePool x>a " POOL "; Mul a,k>~", "gives nothing"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>~", "gives nothing"},
      {NULL, "k:1x1x1; b:2", "AveragePool x>a " POOL "; Mul a,k>p; Add p,b>y", "adds no number"},
      {NULL, "k:1x1x1", "AveragePool x>a " POOL "; Mul a,k,k>p", "multiplies by what is neither"},
      {NULL, "i:[0,0]; k:2x1x1; v:8x3",
       "Gather x,i>g axis=1; AveragePool g>a " POOL "; Mul a,k>p" END,
       "4x4 S2@2:linear F3:softmax"},
      {NULL, "i:[0,0]", "Gather x,i>g axis=1; AveragePool g>p " POOL, "has no coefficients"},
      {NULL, "i:[0,0]", "Gather x,i>g axis=1; Relu g>y", "no AveragePool reads it"},
      {NULL, "i:[0,0]", "Gather x,i>y axis=1", "no AveragePool reads it"},
      {NULL, "i:[0,0]", "Gather x,i>~ axis=1", "gives nothing"},
      {NULL, "i:[0,0]", "Gather x,i>y", "each map the same number of times"},
      {NULL, "i:[0,1]", "Gather x,i>y axis=1", "each map the same number of times"},
      {NULL, "i:0", "Gather x,i>y axis=1", "each map the same number of times"},
      {NULL, "w:2x1x3x3; i:[0,0,1]", "Conv x,w>c; Gather c,i>y axis=1",
       "each map the same number of times"},
      {NULL, "", "Gather x>y axis=1", "each map the same number of times"},
  };
  CHECK_ALL(graphs);
}

/* ---- activations and ends ---- */

#define DENSE "Flatten x>f; Gemm f,v>g; "

static void test_activations(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", DENSE "Relu g>y", "the last row must be"},
      {NULL, "v:16x3", DENSE "Tanh g>y", "4x4 F3:tanh"},
      {NULL, "v:16x3", DENSE "Sigmoid g>y", "the last row must be"},
      {NULL, "v:16x3", DENSE "Softmax g>y", "4x4 F3:softmax"},
      {NULL, "v:16x3", DENSE "LogSoftmax g>y axis=1", "4x4 F3:softmax"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>y",
       "4x4 F3:scaled"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul i,g>a; Tanh a>b; Mul o,b>y",
       "4x4 F3:scaled"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Relu b>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.5", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>~", "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>~",
       "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>", "multiplies by what is neither"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>a; Relu a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; i:[1]", DENSE "Mul g,i>a; Tanh a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; i:2", DENSE "Mul g,i>a; Tanh a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>y", "4x4 F3:tanh"},
      {NULL, "v:16x3; q:=4", DENSE "Mul g,q>m; Softmax m>y", "no units with targets"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>y axis=0", "over the units"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>~", "gives nothing"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Relu m>y",
       "multiplies by what is neither"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>~; Softmax ~>y", "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>~; Tanh ~>y", "gives nothing"},
      {NULL, "v:16x3", DENSE "Softmax g>y axis=2", "over the units"},
      {NULL, "v:16x3", "Flatten x>f; Softmax f>y", "over the units"},
      {NULL, "w:2x1x3x3", "Conv x,w>c; Softmax c>y", "over the units"},
      {NULL, "v:16x3", DENSE "Softmax g>~", "gives nothing"},
      {NULL, "v:16x3", DENSE "Softmax g>s; Relu s>y", "no row whose activation"},
      {NULL, "v:16x3", DENSE "Softmax g>s; Softmax s>y", "no row whose activation"},
      {NULL, "v:16x3; u:3x2", DENSE "Softmax g>s; Gemm s,u>y", "stands behind the softmax"},
      {NULL, "v:16x3", DENSE "Relu g>r; Tanh r>y", "no row whose activation"},
      {NULL, "v:16x3", DENSE "Relu g>~", "gives nothing"},
      {NULL, "", "Relu x>y", "no row whose activation"},
      {NULL, "", "MaxPool x>p " POOL "; Relu p>y", "no row whose activation"},
      {NULL, "", "AveragePool x>p " POOL "; Relu p>y", "no row whose activation"},
      {NULL, "w:2x1x3x3; v:2x3", "Conv x,w>c; MaxPool c>q " POOL "; Relu q>p" END,
       "4x4 C2@3:relu M2 F3:softmax"},
      {NULL, "k:1x1x1; v:4x3", "AveragePool x>a " POOL "; Mul a,k>s; Sigmoid s>p" END,
       "4x4 S2:sigmoid F3:softmax"},
      {NULL, "v:16x3", DENSE "Elu g>y", "lenet has no such layer"},
  };
  CHECK_ALL(graphs);
}

/* ---- distances to codes ---- */

static void put_codes(onnx_model *model)
{
  onnx_tensor *codes = model->graph->initializer[0];
  for (int digit = 0; digit < (int)codes->dims[0]; digit++) {
    lenet_real code[LENET_CODE_CELLS];
    lenet_class_code(10, digit, code);
    for (int i = 0; i < LENET_CODE_CELLS; i++)
      codes->float_data[digit * LENET_CODE_CELLS + i] = (float)code[i];
  }
}

static void test_codes(void **state)
{
#define CODES "c:10x84; s:[-1,1,84]; a:[2]"
  static const graph good[] = {
      {"1,1,12,7", CODES, STEPS, "12x7 R10"},
      {"1,1,12,7", "c:3x84; s:[0,1,84]; a:[-1]", STEPS "", "12x7 R3"},
      {"1,1,12,7", CODES, STEPS "; Softmax y>z", "no node leads"},
      {"1,1,12,7", CODES, "Reshape x,s>~", "gives nothing"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>~", "gives nothing"},
      {"1,1,12,7", CODES,
       "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r keepdims=0; Neg r>~", "gives nothing"},
      {"1,1,12,7", CODES, "Reshape x,s>u", "begins no row of distances"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Relu u>y", "begins no row of distances"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,c>y", "squares no differences"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d>y", "squares no differences"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q>r keepdims=0; Neg r>y",
       "sum over a code's cells"},
      {"1,1,12,7", "c:10x84; s:[-1,1,84]; a:[1]", STEPS, "sum over a code's cells"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r; Neg r>y",
       "sum over a code's cells"},
      {"1,12,7,1", CODES, STEPS, "its new shape"},
      {"1,1,6,7", CODES "; w:2x1x1x1",
       "Conv x,w>v; Transpose v>t perm=0,2,3,1; Flatten t>f; Reshape f,s>y", "its new shape"},
      {"1,1,12,7", CODES "; k:=4", STEPS "; Mul y,k>m; Softmax m>z", "no units with targets"},
      {"1,1,4,4", CODES, "Reshape x,s>y", "its new shape"},
      {"1,1,12,7", "c:10x84; s:[-1,2,84]", "Reshape x,s>y", "its new shape"},
      {"1,1,12,7", "c:10x84; s:[-1,1,83]", "Reshape x,s>y", "its new shape"},
  };
  static const graph bad[] = {
      {"1,1,12,7", CODES, STEPS, "its codes are not"},
      {"1,1,12,7", "c:84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:0x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:11x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:96x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:10x83; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "k:10x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    check(state, &good[i], put_codes);
  CHECK_ALL(bad);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_conv),        IN_SCRATCH(test_dense), IN_SCRATCH(test_pools),
      IN_SCRATCH(test_activations), IN_SCRATCH(test_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) { return 77; }

#endif
