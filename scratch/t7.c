#include "lenet.h"
#include <stdio.h>
#include <string.h>
#include "image/ink.h"
static void seven(uint8_t *p,int w,int l,int t,int s,uint8_t v){for(int y=0;y<20*s;y++)for(int x=0;x<14*s;x++)if(y<3*s||x>=11*s)p[(t+y)*w+l+x]=v;}
int main(){static uint8_t p[400*300];uint8_t d[784];lenet_error e;
 static const uint8_t tones[][2] = {{255, 0}, {0, 255}, {180, 120}, {60, 100}, {130, 110}};
 for(int i=0;i<5;i++)for(int s=1;s<=10;s+=3){memset(p,tones[i][0],sizeof p);seven(p,400,100,60,s,tones[i][1]);lenet_image im={400,300,p};
 lenet_ink k; lenet_ink_find(&im,&k,&e); printf("tone %d scale %d light %d stroke %g\n",i,s,k.light,k.stroke);
 if(lenet_image_to_digit(&im,d,&e)){puts(e.message);continue;} if(s==1||s==7)for(int y=7;y<28;y++){for(int x=0;x<28;x++)printf("%4d",d[y*28+x]);puts("");}}}
