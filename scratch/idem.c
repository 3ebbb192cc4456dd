#include "lenet.h"
#include <stdio.h>
#include <stdlib.h>
int main(){uint8_t d[784],a[784];lenet_error e;double tot=0;int hist[20]={0};for(int i=0;i<300;i++){lenet_synthetic_digit(5,i,d);lenet_image im={28,28,d};if(lenet_image_to_digit(&im,a,&e)){puts(e.message);continue;}double s=0;for(int p=0;p<784;p++)s+=abs(d[p]-a[p]);s/=784;tot+=s;int b=s<19?s:19;hist[b]++;if(s>4){char n[99];sprintf(n,"id%d.pgm",i);FILE*f=fopen(n,"wb");fprintf(f,"P5 56 28 255\n");for(int y=0;y<28;y++){fwrite(d+28*y,1,28,f);fwrite(a+28*y,1,28,f);}fclose(f);printf("%d: %.2f\n",i,s);}}
 printf("%.3f\n",tot/300);for(int i=0;i<20;i++)printf("%d ",hist[i]);puts("");}
