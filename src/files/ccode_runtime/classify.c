/* classify.c - part of the C that lenet_model_save_c writes: the network's lines in turn, and its
 * functions. See int8.c. Behind what the library prints of the network: picture, line, LINES,
 * make_line, finish_rows, the stored picture. For `digit` and `DIGIT` it writes the file's name. */

/* ---- classify ------------------------------------------------------------------------------- */

/* A line of the picture; around it is paper. */
static void load(const uint8_t *pixels, int row, cell *y)
{
  const uint8_t *const from = pixels + (row - INPUT_TOP) * DIGIT_COLUMNS;
  const int inside = row >= INPUT_TOP && row < INPUT_TOP + DIGIT_ROWS;
  fill(y, INPUT_COLUMNS, (cell)input_offset);
  for (int i = 0; inside && i < DIGIT_COLUMNS; i++)
    y[INPUT_LEFT + i] = (cell)((number)from[i] * input_scale + input_offset);
}

/* Lines that there are between rows of the network, and those made so far. */
typedef struct {
  int there, made;
} progress;

static int is_border(int s, int made)
{
  return made < line[s].border || made >= line[s].rows - line[s].border;
}

static int is_ready(int s, const progress *p)
{
  return s == 0 || is_border(s, p[s].made) || p[s - 1].there >= line[s - 1].need;
}

/* The next line behind row s; what that row has no need of any more makes room. */
static void make_next(int s, progress *p, const uint8_t *pixels, cell *workspace)
{
  const lines *const l = &line[s];
  cell *const y = workspace + l->at + p[s].there * l->pitch;
  if (is_border(s, p[s].made)) {
    fill(y, l->pitch, l->ground);
  } else if (s == 0) {
    load(pixels, p[s].made - l->border, y + l->border);
  } else {
    cell *const x = workspace + line[s - 1].at;
    make_line(s, x, y + l->border * l->maps);
    slide(&line[s - 1], x);
    p[s - 1].there -= line[s - 1].drop;
  }
  p[s].there++;
  p[s].made++;
}

/* Of the rows that can make a line the last one does, so that no more lines lie anywhere than the
 * row behind needs. */
static void make_lines(const uint8_t *pixels, cell *workspace)
{
  progress p[LINES];
  for (int s = 0; s < LINES; s++) {
    p[s].there = p[s].made = 0;
    fill(workspace + line[s].at, line[s].size, line[s].ground);
  }
  while (p[LINES - 1].made < line[LINES - 1].rows) {
    int s = LINES - 1;
    while (!is_ready(s, p))
      s--;
    make_next(s, p, pixels, workspace);
  }
}

int digit_classify(const uint8_t pixels[DIGIT_ROWS * DIGIT_COLUMNS], number scores[DIGIT_CLASSES],
                   void *workspace)
{
  int best = 0;
  make_lines(pixels, workspace);
  finish_rows(workspace, scores);
  for (int k = 1; k < DIGIT_CLASSES; k++)
    best = scores[k] > scores[best] ? k : best;
  return best;
}

int digit_selftest(void *workspace)
{
  number scores[DIGIT_CLASSES];
  int good = 1;
  digit_classify(stored_pixels, scores, workspace);
  for (int k = 0; k < DIGIT_CLASSES; k++)
    good = good && is_near(scores[k], stored_scores[k]);
  return !good;
}
