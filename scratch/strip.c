#include "lenet.h"
#include <stdio.h>
#include <string.h>
#include "image/strokes.h"
#include "image/ink.h"
static uint8_t pixels[16384*2];
int main(){memset(pixels, 200, sizeof pixels);
  memset(pixels + 8000, 20, 4000);
  memset(pixels + 16384 + 8000, 20, 4000);lenet_image im={16384,2,pixels};lenet_strokes s;lenet_error e;int r=lenet_measure_strokes(&im,&s,&e);printf("%d %d %g\n",r,s.light,s.width);lenet_ink k;r=lenet_ink_find(&im,&k,&e);printf("%d\n",r);}
