#include "lenet.h"
#include <stdio.h>
#include <stdlib.h>
#include "image/ink.h"
int main(int c,char**v){uint8_t d[784],a[784];lenet_error e;lenet_synthetic_digit(5,atoi(v[1]),d);lenet_image im={28,28,d};lenet_ink k;lenet_ink_find(&im,&k,&e);printf("stroke %g\n",k.stroke);lenet_image_to_digit(&im,a,&e);
for(int y=2;y<26;y++){for(int x=3;x<26;x++)printf("%4d",d[y*28+x]);puts("");}puts("");
for(int y=2;y<26;y++){for(int x=3;x<26;x++)printf("%4d",k.value[y*28+x]);puts("");}puts("");
for(int y=2;y<26;y++){for(int x=3;x<26;x++)printf("%4d",a[y*28+x]);puts("");}}
