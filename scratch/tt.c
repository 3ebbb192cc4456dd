#include "lenet.h"
#include <stdio.h>
#include <string.h>
#include "image/ink.h"
#include "image/strokes.h"
static void seven(uint8_t *p,int w,int l,int t,int s,uint8_t v){for(int y=0;y<20*s;y++)for(int x=0;x<14*s;x++)if(y<3*s||x>=11*s)p[(t+y)*w+l+x]=v;}
int main(){lenet_error e; uint8_t p[16*22]; memset(p,20,sizeof p); seven(p,16,1,1,1,230); lenet_image im={16,22,p}; lenet_strokes s; printf("%d ",lenet_measure_strokes(&im,&s,&e)); printf("light %d w %g\n",s.light,s.width); lenet_ink k; int r=lenet_ink_find(&im,&k,&e); printf("%d %s\n",r,r?e.message:""); if(!r)for(int y=0;y<22;y++){for(int x=0;x<16;x++)printf("%4d",k.value[y*16+x]);puts("");}
 uint8_t disc[900]; for(int i=0;i<900;i++){int x=i%30*2-29,y=i/30*2-29;disc[i]=x*x+y*y<27*27?30:220;} im=(lenet_image){30,30,disc}; printf("%d ",lenet_measure_strokes(&im,&s,&e)); printf("light %d w %g\n",s.light,s.width); r=lenet_ink_find(&im,&k,&e); printf("%d %s\n",r,r?e.message:"");}
