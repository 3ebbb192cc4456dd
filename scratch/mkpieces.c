#include "lenet.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* mkpieces OUT COUNT SEED : pieces + digits etc as idx train files; test = small */
static void be(FILE*f,unsigned v){fputc(v>>24,f);fputc(v>>16,f);fputc(v>>8,f);fputc(v,f);}
static void put(const char*dir,const char*n,const uint8_t*px,const uint8_t*lb,size_t c){char p[300];
 sprintf(p,"%s/%s-images-idx3-ubyte",dir,n);FILE*f=fopen(p,"wb");be(f,2051);be(f,c);be(f,28);be(f,28);fwrite(px,784,c,f);fclose(f);
 sprintf(p,"%s/%s-labels-idx1-ubyte",dir,n);f=fopen(p,"wb");be(f,2049);be(f,c);fwrite(lb,1,c,f);fclose(f);}
static size_t fill(lenet_samples s,uint64_t seed,size_t n,uint8_t*px,uint8_t*lb){size_t k=0;lenet_error e;uint64_t i=0;int none=0;
 while(k<n){size_t c;if(lenet_pieces_make(&s,seed,i++,n-k<400?n-k:400,&c,px+k*784,lb+k,&e)){puts(e.message);exit(1);}k+=c;}
 for(size_t j=0;j<k;j++)none+=lb[j]==10;printf("%zu pictures of %llu strings, %d none\n",k,(unsigned long long)i,none);return k;}
int main(int argc,char**argv){lenet_error e;lenet_dataset*d;const char*dirs[]={"/work/shared/data",0};size_t n=atoi(argv[2]);
 lenet_dataset_open("mnist",LENET_TRAIN,dirs,&d,&e);lenet_samples s=lenet_dataset_samples(d);
 uint8_t*px=malloc(784*(n+70000)),*lb=malloc(n+70000);
 lenet_samples tr=lenet_samples_part(s,0,55000),va=lenet_samples_part(s,55000,5000);
 size_t k=fill(tr,1,n,px,lb);
 put(argv[1],"train",px,lb,k);
 k=fill(va,2,10000,px,lb); put(argv[1],"t10k",px,lb,k);}
