#include "lenet.h"
#include "image/lines.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* pg MODEL|- first count seed [dump] */
int main(int argc,char**argv){lenet_error e; lenet_dataset*d; const char*dirs[]={"/work/shared/data",0};
 lenet_dataset_open("mnist",getenv("TEST")?LENET_TEST:LENET_TRAIN,dirs,&d,&e);
 lenet_model*m=0; if(strcmp(argv[1],"-")&&lenet_model_load(argv[1],&m,&e)){puts(e.message);return 1;}
 lenet_reader*r; if(lenet_reader_create(m,LENET_ISA_BEST,&r,&e)){puts(e.message);return 1;}
 int first=atoi(argv[2]),N=atoi(argv[3]); long tot=0,right=0,found=0,extra=0,lines=0,lfound=0,ltext=0;
 for(int i=first;i<first+N;i++){lenet_page p; if(lenet_page_make(d,atoi(argv[4]),i,&p,&e)){puts(e.message);return 1;}
  uint8_t*g=malloc(p.width*p.height);for(int k=0;k<p.width*p.height;k++)g[k]=(p.pixels[3*k]*299+p.pixels[3*k+1]*587+p.pixels[3*k+2]*114)/1000;
  lenet_image im={p.width,p.height,g};lenet_reading rd; if(lenet_read(r,&im,&rd,&e)){puts(e.message);return 1;}
  long t=0,ok=0,fo=0,ex=0,lf=0,lt=0; 
  int npred=0; for(int l=0;l<rd.count;l++)npred+=rd.line[l].count; int used=0;
  for(int a=0;a<p.line_count;a++){ int hit[64]={0}; char tx[20]=""; 
   for(int b=0;b<p.line[a].count;b++){lenet_page_digit*q=&p.line[a].digit[b]; tx[b]='0'+q->digit; t++; double best=0;int lab=-1,bl=-1;
    for(int l=0;l<rd.count;l++)for(int k=0;k<rd.line[l].count;k++){lenet_read_digit*z=&rd.line[l].digit[k]; int x0=z->x>q->x?z->x:q->x,y0=z->y>q->y?z->y:q->y,x1=z->x+z->width<q->x+q->width?z->x+z->width:q->x+q->width,y1=z->y+z->height<q->y+q->height?z->y+z->height:q->y+q->height; if(x1<=x0||y1<=y0)continue; double in=(double)(x1-x0)*(y1-y0); double iou=in/((double)z->width*z->height+(double)q->width*q->height-in); if(iou>best){best=iou;lab=z->digit;bl=l;}}
    if(best>0.3){fo++;used++; if(bl<64)hit[bl]++; ok+=lab==q->digit;} }
   int mx=0,ml=-1; for(int l=0;l<64;l++)if(hit[l]>mx){mx=hit[l];ml=l;} lf+= mx*2>p.line[a].count; if(ml>=0){char s[99]="";int n=0;for(int k=0;k<rd.line[ml].count&&k<90;k++)s[n++]='0'+rd.line[ml].digit[k].digit;s[n]=0;lt+=!strcmp(s,tx);} }
  ex=npred-used; tot+=t;right+=ok;found+=fo;extra+=ex;lines+=p.line_count;lfound+=lf;ltext+=lt;
  if(argc>5&&(ok<0.8*t||ex>3)){printf("page %d %dx%d: digits %ld right %ld found %ld extra %ld lines %d found %ld\n",i,p.width,p.height,t,ok,fo,ex,p.line_count,lf); char n[50];sprintf(n,"pg%d.ppm",i);FILE*f=fopen(n,"wb");fprintf(f,"P6 %d %d 255\n",p.width,p.height);fwrite(p.pixels,3,p.width*p.height,f);fclose(f);}
  free(g);lenet_page_free(&p);lenet_reading_free(&rd);}
 printf("digits %ld right %.2f%% found %.2f%% extra %.2f%% lines %ld found %.2f%% text %.2f%%\n",tot,100.*right/tot,100.*found/tot,100.*extra/tot,lines,100.*lfound/lines,100.*ltext/lines);}
