#include "lenet.h"
#include "data/strings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* str MODEL|- invert N first count len seed : string accuracy on validation */
int main(int argc,char**argv){lenet_error e; lenet_dataset*d; const char*dirs[]={"/work/shared/data",0};
 lenet_dataset_open("mnist",argc>8?LENET_TEST:LENET_TRAIN,dirs,&d,&e); lenet_samples s=lenet_dataset_samples(d); if(argc<=8)s=lenet_samples_part(s,atoi(argv[4]),atoi(argv[5]));
 lenet_model*m=0; if(strcmp(argv[1],"-")&&lenet_model_load(argv[1],&m,&e)){puts(e.message);return 1;}
 lenet_reader*r; if(lenet_reader_create(m,LENET_ISA_BEST,&r,&e)){puts(e.message);return 1;}
 int L=atoi(argv[6]); lenet_string_options o={L?L:1,L?L:10,-1,4,atof(argv[2])}; int N=atoi(argv[3]),ok=0,dig=0,tot=0,one=0; float*conf=malloc(N*4);int*right=malloc(N*4);
 for(int i=0;i<N;i++){lenet_drawn w;lenet_drawn_make(&s,&o,atoi(argv[7]),i,&w,&e);lenet_image im={w.width,w.height,w.pixels};lenet_reading g; if(lenet_read(r,&im,&g,&e)){puts(e.message);return 1;}
  char a[64]="",b[64]="";for(int k=0;k<w.count;k++)a[k]='0'+w.label[k]; a[w.count]=0; int n=0; float c=1; for(int l=0;l<g.count;l++){for(int k=0;k<g.line[l].count&&n<60;k++)b[n++]='0'+g.line[l].digit[k].digit; c*=g.line[l].confidence;} b[n]=0; right[i]=!strcmp(a,b); ok+=right[i]; conf[i]=g.count?c:0; one+=g.count==1; tot+=w.count;
  if(!right[i]&&getenv("BAD")){printf("%d want %s got %s conf %.3f lines %d\n",i,a,b,conf[i],g.count); char nm[50];sprintf(nm,"bad%d.pgm",i);FILE*f=fopen(nm,"wb");fprintf(f,"P5 %d %d 255\n",w.width,w.height);fwrite(w.pixels,1,w.width*w.height,f);fclose(f);}
  lenet_reading_free(&g);lenet_drawn_free(&w);}
 /* reject: sort by conf */
 for(int i=0;i<N;i++)for(int j=i+1;j<N;j++)if(conf[j]>conf[i]){float t=conf[i];conf[i]=conf[j];conf[j]=t;int u=right[i];right[i]=right[j];right[j]=u;}
 int wr=0,best=0;float bc=1;for(int i=0;i<N;i++){wr+=!right[i];if(wr<=0.01*(i+1)){best=i+1;bc=conf[i];}}
 printf("strings %.2f%% one line %d/%d; at 1%% error accepted %.2f%% (conf>=%.3f)\n",100.*ok/N,one,N,100.*best/N,bc);}
