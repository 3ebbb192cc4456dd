#include "lenet.h"
#include <stdio.h>
#include <string.h>
#include "image/ink.h"
static void seven(uint8_t *p,int w,int l,int t,int s,uint8_t v){for(int y=0;y<20*s;y++)for(int x=0;x<14*s;x++)if(y<3*s||x>=11*s)p[(t+y)*w+l+x]=v;}
static uint8_t pixels[40000];
int main(){uint8_t d[784];lenet_error e; uint32_t noise=1; memset(pixels, 200, sizeof pixels);
  seven(pixels, 200, 60, 40, 5, 60);
  for (int i = 0; i < 200 * 200; i++) {
    noise = noise * 1664525 + 1013904223; /* Numerical Recipes' generator */
    pixels[i] = (uint8_t)(pixels[i] + (int)(noise >> 29) - 4);
  }
  for (int speck = 0; speck < 5; speck++)
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 4; x++)
        pixels[(5 + speck * 37 + y) * 200 + 180 - speck * 2 + x] = 40;
 lenet_image im={200,200,pixels};lenet_ink k;lenet_ink_find(&im,&k,&e);printf("stroke %g light %d\n",k.stroke,k.light);lenet_image_to_digit(&im,d,&e);for(int y=7;y<28;y++){for(int x=0;x<28;x++)printf("%4d",d[y*28+x]);puts("");}
 for(int y=30;y<50;y+=1){for(int x=50;x<70;x+=1)printf("%4d",k.value[y*200+x]);puts("");}}
