#include "lenet.h"
#include <stdio.h>
#include <string.h>
#include "image/ink.h"
static void seven(uint8_t *p,int w,int l,int t,int s,uint8_t v){for(int y=0;y<20*s;y++)for(int x=0;x<14*s;x++)if(y<3*s||x>=11*s)p[(t+y)*w+l+x]=v;}
static uint8_t p[40000];
int main(){uint8_t d[784];lenet_error e;seven(p,200,60,40,6,40);for (int y = 0; y < 200; y++)
    for (int x = 0; x < 200; x++) {
      int light = 240 - x / 2 - ((x - 100) * (x - 100) + (y - 100) * (y - 100)) / 1000;
      p[y * 200 + x] = (uint8_t)(light * (100 - p[y * 200 + x]) / 100);}
 lenet_image im={200,200,p};lenet_ink k;lenet_ink_find(&im,&k,&e);printf("stroke %g light %d\n",k.stroke,k.light);lenet_image_to_digit(&im,d,&e);for(int y=7;y<28;y++){for(int x=0;x<28;x++)printf("%4d",d[y*28+x]);puts("");}
 for(int y=30;y<170;y+=8){for(int x=50;x<150;x+=6)printf("%4d",k.value[y*200+x]);puts("");}}
