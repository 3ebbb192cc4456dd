#include "lenet.h"
#include "data/strings.h"
#include "image/cuts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
/* oracle: are true digits unions of consecutive pieces? */
int main(int argc,char**argv){
  lenet_error e; lenet_dataset*d; const char*dirs[]={"/work/shared/data",0};
  if(lenet_dataset_open("mnist",LENET_TRAIN,dirs,&d,&e)){puts(e.message);return 1;}
  lenet_samples sm=lenet_dataset_samples(d); lenet_string_options o={5,5,-1,4,argc>1?atof(argv[1]):0};
  int N=argc>2?atoi(argv[2]):500, okstr=0,okdig=0,tot=0,lines1=0,cand=0,fail=0; double st=0; int light=0;
  for(int i=0;i<N;i++){
    lenet_drawn s; lenet_drawn_make(&sm,&o,7,i,&s,&e);
    lenet_image im={s.width,s.height,s.pixels}; lenet_ink ink; lenet_parts parts; lenet_lines lines;
    if(lenet_ink_find(&im,&ink,&e)){fail++;continue;}
    st+=ink.stroke; light+=ink.light;
    if(lenet_parts_find(&ink,&parts,&e)){fail++;continue;}
    lenet_lines_find(&ink,&parts,&lines,&e);
    lines1+=lines.count==1;
    int good=0;
    if(lines.count>=1){ lenet_line*l=&lines.line[0]; for(int k=1;k<lines.count;k++) if(lines.line[k].width>l->width) l=&lines.line[k];
      lenet_cuts c; lenet_cuts_find(l,&c,&e);
      /* ink by piece and owner */
      double (*own)[11]=calloc(c.count,sizeof *own);
      double totown[11]={0};
      for(int y=0;y<l->height;y++)for(int x=0;x<l->width;x++){
        int ix=l->left+x, iy=l->top+y+lenet_line_drop(l,x); if(ix<0||iy<0||ix>=s.width||iy>=s.height)continue;
        int ow=s.owner[iy*s.width+ix]; if(ow==255)ow=10;
        double v=l->value[y*l->width+x]; 
        int p=0; while(p+1<c.count && x>=c.x[(p+1)*c.height+y])p++;
        own[p][ow]+=v; }
      for(int y=0;y<s.height;y++)for(int x=0;x<s.width;x++){int ow=s.owner[y*s.width+x]; if(ow<10)totown[ow]+=s.pixels[y*s.width+x];}
      for(int k=0;k<s.count;k++){ double best=0;
        for(int a=0;a<c.count;a++){double t=0,m=0; for(int b=a;b<c.count&&b<a+8;b++){for(int q=0;q<11;q++)t+=own[b][q]; m+=own[b][k]; double iou=m/(t+totown[k]-m); if(iou>best)best=iou;}}
        good+=best>0.88; if(best<=0.88&&argc>3)printf("  digit %d (%d) x %d w %d iou %.2f\n",k,s.label[k],s.box[k].x,s.box[k].width,best);} if(argc>3&&good<s.count){for(int b=0;b<=c.count;b++)printf(" [%d %d %d|%.1f]",c.x[b*c.height]+l->left,c.x[b*c.height+c.height/2]+l->left,c.x[b*c.height+c.height-1]+l->left,c.price[b]);puts("");}
      cand+=c.count; free(own); lenet_cuts_free(&c);
    }
    okdig+=good; tot+=s.count; okstr+=good==s.count;
    if(good<s.count && argc>3){ char n[99]; sprintf(n,"bad%d.pgm",i); FILE*f=fopen(n,"wb"); fprintf(f,"P5 %d %d 255\n",s.width,s.height); fwrite(s.pixels,1,s.width*s.height,f); fclose(f); printf("%d good %d of %d lines %d stroke %g dh %d\n",i,good,s.count,lines.count,ink.stroke,parts.digit_height);}
    lenet_lines_free(&lines);lenet_parts_free(&parts);lenet_ink_free(&ink);lenet_drawn_free(&s);
  }
  printf("strings %d/%d digits %d/%d one line %d pieces/digit %.2f fail %d stroke %.2f light %d\n",okstr,N,okdig,tot,lines1,(double)cand/tot,fail,st/N,light);
}
