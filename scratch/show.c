#include "lenet.h"
#include "image/candidates.h"
#include <stdio.h>
#include <string.h>
int main(int argc,char**argv){lenet_image im;lenet_error e;
 for(int a=1;a<argc;a++){ if(lenet_image_load(argv[a],&im,&e)){puts(e.message);continue;}
 lenet_ink k; if(lenet_ink_find(&im,&k,&e)){puts(e.message);continue;}
 printf("%s %dx%d factor %d light %d stroke %.1f\n",argv[a],k.width,k.height,k.factor,k.light,k.stroke);
 lenet_parts p; if(lenet_parts_find(&k,&p,&e)){puts(e.message);continue;}
 int w=0;for(int i=0;i<p.count;i++)w+=p.part[i].writing; printf("parts %d writing %d digit height %d\n",p.count,w,p.digit_height);
 lenet_lines l; lenet_lines_find(&k,&p,&l,&e); for(int i=0;i<l.count;i++){lenet_candidates c;lenet_candidates_find(&l.line[i],&c,&e);printf(" line %d at %d,%d %dx%d slope %.3f dh %d pieces %d candidates %d\n",i,l.line[i].left,l.line[i].top,l.line[i].width,l.line[i].height,l.line[i].slope,l.line[i].digit_height,c.cuts.count,c.count);lenet_candidates_free(&c);}
 FILE*f=fopen("mask.pgm","wb");fprintf(f,"P5 %d %d 255\n",k.width,k.height);for(int i=0;i<k.width*k.height;i++)fputc(p.label[i]?(p.part[p.label[i]-1].writing?255:110):k.value[i]/5,f);fclose(f);
 }}
