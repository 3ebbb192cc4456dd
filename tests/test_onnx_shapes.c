/* What ONNX graphs by other programs do to the shape: the same numbers in another order, a border,
 * and shapes that are computed. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "onnx_graph.h"

#if LENET_HAVE_ONNX

static void test_orders(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", "Flatten x>f axis=2; Gemm f,v>y", "an axis other than 1"},
      {NULL, "v:16x3", "Flatten x>~; Gemm f,v>y", "gives nothing"},
      {NULL, "s:[-1,16]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[0,-1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[1,16]; v:16x3", "Reshape x,s>e; Reshape e,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[-1,-1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[2,16]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,8]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,16,1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,16]; v:16x3", "Reshape x,s>~; Gemm f,v>y", "gives nothing"},
      {NULL, "s:2x2", "Reshape x,s>f", "its new shape"},
      {NULL, "s:i7", "Reshape x,s>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x,nothing,s>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x,nothing>f", "its new shape"},
      /* Maps last and first again. */
      {NULL, "s:[1,4,4,1]; r:[1,1,4,4]; v:16x3", "Reshape x,s>a; Reshape a,r>p" END,
       "4x4 F3:softmax"},
      {"1,4,4,1", "r:[0,1,4,4]; w:2x1x3x3; v:8x3", "Reshape x,r>a; Conv a,w>p" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "r:[9,1,4,4]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,2,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,4,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,4,2,1]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,2,4]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,4,4]", "Flatten x>f; Reshape f,r>y", "its new shape"},
      {NULL, "r:[1,1,4,4]", "Reshape x,r>~", "gives nothing"},
      {NULL, "w:2x1x3x3; r:[1,2,2,2]; v:8x3", "Conv x,w>c; Reshape c,r>p" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; r:[1,2,2,2]", "Conv x,w>c; Transpose c>d perm=0,2,3,1; Reshape d,r>y",
       "its new shape"},
      {NULL, "w:2x1x4x4; r:[1,1,1,2]; v:2x3", "Conv x,w>c; Reshape c,r>p" END,
       "4x4 C2@4:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c; Transpose c>p perm=0,2,3,1" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3",
       "Conv x,w>c; Transpose c>d perm=0,2,3,1; Transpose d>p perm=0,3,1,2" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x4x4; v:2x3", "Conv x,w>c; Transpose c>p perm=0,2,3,1" END,
       "4x4 C2@4:linear F3:softmax"},
      {NULL, "", "Transpose x>y perm=0,3,1,2", "maps first or last"},
      {NULL, "", "Transpose x>y perm=0,2,3", "maps first or last"},
      {NULL, "", "Transpose x>y", "maps first or last"},
      {NULL, "", "Flatten x>f; Transpose f>y perm=0,2,3,1", "maps first or last"},
      {NULL, "", "Transpose x>~ perm=0,2,3,1", "gives nothing"},
      {NULL, "v:16x3", "Identity x>a; Dropout a>p" END, "4x4 F3:softmax"},
      {NULL, "v:16x3", "Identity x>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
}

/* What is left of a picture behind the last convolution: [N, units, 1, 1]. */
static void test_squeeze(void **state)
{
#define ONE "w:3x1x4x4; "
  static const graph graphs[] = {
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c,a>y", "4x4 C3@4:softmax"},
      {NULL, ONE "a:[-1,-2]", "Conv x,w>c; Squeeze c,a>y", "4x4 C3@4:softmax"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=3,2", "4x4 C3@4:softmax"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c>y", "axes other than rows and columns"},
      {NULL, ONE "a:[0,5]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[1,4]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[2,2]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[3,3]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[2,-2]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[3,1]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[9223372036854775807,3]", "Conv x,w>c; Squeeze c,a>y",
       "axes other than rows and columns"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=9223372036854775807,9223372036854775807",
       "axes other than rows and columns"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=0,1,2,3,4", "axes other than rows and columns"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c,a>~", "gives nothing"},
      {NULL, "a:[2,3]", "Squeeze x,a>y", "more than one pixel a map"},
      {"1,1,1,1", "a:[2,3]", "Flatten x>f; Squeeze f,a>y", "more than one pixel a map"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Transpose c>d perm=0,2,3,1; Squeeze d,a>y",
       "more than one pixel a map"},
  };
  CHECK_ALL(graphs);
#undef ONE
}

static void test_pad(void **state)
{
#define BORDER "p:[0,0,1,1,0,0,1,1]; v:36x3; "
#define REST "; Flatten q>f; Gemm f,v>y"
  static const graph graphs[] = {
      {NULL, BORDER, "Pad x,p>q" REST, "4x4 P1 F3:softmax"},
      {NULL, BORDER "z:=0", "Pad x,p,z>q mode=constant" REST, "4x4 P1 F3:softmax"},
      {NULL, BORDER, "Pad x,p,~>q" REST, "4x4 P1 F3:softmax"},
      {NULL, "v:36x3", "Pad x>q pads=0,0,1,1,0,0,1,1 value=0.0" REST, "4x4 P1 F3:softmax"},
      {NULL, "p:[0,0,0,0,0,0,0,0]; v:16x3", "Pad x,p>q" REST, "4x4 F3:softmax"},
      {"1,4,4,1", "p:[0,1,1,0,0,1,1,0]; v:36x3", "Pad x,p>q" REST, "4x4 P1 F3:softmax"},
      {NULL, "p:[0,0,1,1,0,0,1,2]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,1,1,0,0,1]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,-1,-1,0,0,-1,-1]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,999,999,0,0,999,999]", "Pad x,p>q", "no border of zeros"},
      {NULL, "", "Pad x>q pads=0,0,1,1,0,0,1,1,0", "no border of zeros"},
      {NULL, BORDER, "Flatten x>f; Pad f,p>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q mode=reflect", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q mode=anything", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q value=0.5", "no border of zeros"},
      {NULL, BORDER "z:=1", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER "z:[0]", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER "z:2", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p,nothing>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
#undef BORDER
#undef REST
}

/* x.view(x.size(0), -1) of PyTorch: the shape is computed. */
static void test_batch_size(void **state)
{
#define VIEW(before, join) before "; " join "; Reshape x,r>f; Gemm f,v>y"
#define ARRAYS "z:i0; a:[0]; t:[-1]; v:16x3"
#define SIZE "Shape x>s; Gather s,z>u axis=0"
#define JOIN "Concat u,t>r axis=0"
#define REFUSED "its new shape"
  static const graph graphs[] = {
      {NULL, ARRAYS, VIEW(SIZE, JOIN), "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>g; Unsqueeze g,a>u", JOIN), "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>g; Unsqueeze g>u axes=0,", JOIN),
       "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Unsqueeze >u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Unsqueeze nothing,a>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s", "Concat nothing,t>r"), REFUSED},
      {NULL, ARRAYS, VIEW(SIZE, "Identity u>r"), REFUSED},
      {NULL, ARRAYS, VIEW(SIZE, "Concat u,t,t>r"), REFUSED},
      {NULL, "z:i0; t:[-1,2]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>u axis=1", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Relu s>u", JOIN), REFUSED},
      {NULL, "z:[0,0]; t:[-1]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, "z:i1; t:[-1]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Gather nothing,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Identity v>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x,x>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape v>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Elu v>; " SIZE, "Identity u>r"), REFUSED},
  };
  CHECK_ALL(graphs);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_orders),
      IN_SCRATCH(test_squeeze),
      IN_SCRATCH(test_pad),
      IN_SCRATCH(test_batch_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) { return 77; }

#endif
