#include "lenet.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void be(FILE*f,unsigned v){fputc(v>>24,f);fputc(v>>16,f);fputc(v>>8,f);fputc(v,f);}
static void put(const char*dir,const char*n,const uint8_t*px,const uint8_t*lb,size_t c){char p[300];
 sprintf(p,"%s/%s-images-idx3-ubyte",dir,n);FILE*f=fopen(p,"wb");be(f,2051);be(f,c);be(f,28);be(f,28);fwrite(px,784,c,f);fclose(f);
 sprintf(p,"%s/%s-labels-idx1-ubyte",dir,n);f=fopen(p,"wb");be(f,2049);be(f,c);fwrite(lb,1,c,f);fclose(f);}
static size_t pieces(lenet_samples s,uint64_t seed,size_t n,uint8_t*px,uint8_t*lb){size_t k=0;lenet_error e;uint64_t i=0;
 while(k<n){size_t c;if(lenet_pieces_make(&s,seed,i++,n-k<400?n-k:400,&c,px+k*784,lb+k,&e)){puts(e.message);exit(1);}k+=c;} return k;}
static size_t add(const char*set,size_t first,size_t n,int none,uint8_t*px,uint8_t*lb){lenet_error e;lenet_dataset*d;const char*dirs[]={"/work/shared/data",0};
 if(lenet_dataset_open(set,LENET_TRAIN,dirs,&d,&e)){puts(e.message);exit(1);} size_t k=0; for(size_t i=first;i<first+n;i++){const uint8_t*p=lenet_dataset_pixels(d,i); int l=lenet_dataset_label(d,i);
  uint8_t q[784]; lenet_image im={28,28,(uint8_t*)p}; if(none&&i%2){ if(lenet_image_to_digit(&im,q,&e))continue; p=q;} memcpy(px+k*784,p,784); lb[k++]=none?10:l;} lenet_dataset_free(d); printf("%s %zu\n",set,k);return k;}
static size_t build(int val,const char*dir,const char*name,size_t scale,uint64_t seed,uint8_t*px,uint8_t*lb){lenet_error e;lenet_dataset*d;const char*dirs[]={"/work/shared/data",0};
 lenet_dataset_open("mnist",LENET_TRAIN,dirs,&d,&e);lenet_samples s=lenet_dataset_samples(d); s=val?lenet_samples_part(s,55000,5000):lenet_samples_part(s,0,55000);
 size_t k=pieces(s,seed,250*scale,px,lb); char n[99];
 k+=add("mnist",val?55000:0,val?5000:55*scale,0,px+k*784,lb+k);
 sprintf(n,"nondigits:%zu,seed=%d",40*scale,(int)seed); k+=add(n,0,40*scale,1,px+k*784,lb+k);
 sprintf(n,"printed:%zu,seed=%d",20*scale,(int)seed); k+=add(n,0,20*scale,0,px+k*784,lb+k);
 k+=add("fashion-mnist",val?50000:0,15*scale,1,px+k*784,lb+k);
 uint64_t z=88172645463325252ull; uint8_t t[784]; for(size_t i=k-1;i>0;i--){z^=z<<13;z^=z>>7;z^=z<<17;size_t j=z%(i+1);memcpy(t,px+i*784,784);memcpy(px+i*784,px+j*784,784);memcpy(px+j*784,t,784);uint8_t l=lb[i];lb[i]=lb[j];lb[j]=l;}
 put(dir,name,px,lb,k); printf("%s: %zu\n",name,k); return k;}
int main(int c,char**v){uint8_t*px=malloc(784ul*420000),*lb=malloc(420000); build(0,v[1],"train",1000,1,px,lb); build(1,v[1],"t10k",60,2,px,lb);}
