/* Data sets, what is drawn of their digits, and fetching. */
#include "calls.h"

static lenet_status open_set(const char *set, lenet_split split, lenet_error *error)
{
  lenet_dataset *made = UNTOUCHED(lenet_dataset);
  const lenet_status status = lenet_dataset_open(set, split, NULL, &made, error);
  SETTLE(lenet_dataset, made, status);
  return status;
}

static lenet_status call_drawn(lenet_error *error)
{
  return open_set("nondigits:10,seed=2", LENET_TRAIN, error);
}

static lenet_status call_idx(lenet_error *error)
{
  return open_set(path("idx"), LENET_TRAIN, error);
}

static lenet_status call_gzip(lenet_error *error)
{
  return open_set(path("idx"), LENET_TEST, error);
}

static lenet_status call_folder(lenet_error *error)
{
  return open_set(path("classes"), LENET_TRAIN, error);
}

/* Files of that name, but not of that hash. */
static lenet_status call_known(lenet_error *error)
{
  lenet_dataset *made = UNTOUCHED(lenet_dataset);
  const char *const places[] = {path("known"), NULL};
  const lenet_status status = lenet_dataset_open("mnist", LENET_TRAIN, places, &made, error);
  ASSERT_UNTOUCHED(lenet_dataset, made);
  if (status == LENET_UNSUPPORTED) /* libcrypto does not always tell that it was memory */
    return error->status = LENET_NO_MEMORY;
  return status == LENET_BAD_HASH ? LENET_OK : status;
}

static lenet_status call_page(lenet_error *error)
{
  lenet_page page = {.width = -7};
  const lenet_status status = lenet_page_make(digits, 1, 0, &page, error);
  if (status == LENET_OK)
    lenet_page_free(&page);
  else
    assert_int_equal(page.width, -7);
  return status;
}

static lenet_status call_string(lenet_error *error)
{
  lenet_page page = {.width = -7};
  const lenet_samples of = lenet_dataset_samples(digits);
  const lenet_string_options options = {.shortest = 2, .longest = 3, .most_gap = 4};
  const lenet_status status = lenet_string_make(&of, &options, 1, 0, &page, error);
  if (status == LENET_OK)
    lenet_page_free(&page);
  else
    assert_int_equal(page.width, -7);
  return status;
}

static lenet_status draw_pieces(bool windows, lenet_error *error)
{
  enum { MOST = 64 };
  static uint8_t pictures[MOST * 28 * 28], labels[MOST];
  size_t count = 7777;
  const lenet_samples of = lenet_dataset_samples(digits);
  const lenet_status status = (windows ? lenet_windows_make : lenet_pieces_make)(
      &of, 1, 2, MOST, &count, pictures, labels, error);
  assert_true(status == LENET_OK ? count <= MOST : count == 7777);
  return status;
}

static lenet_status call_pieces(lenet_error *error) { return draw_pieces(false, error); }
static lenet_status call_windows(lenet_error *error) { return draw_pieces(true, error); }

/* Nobody answers on that port: the files are asked for in vain. */
static lenet_status call_fetch(lenet_error *error)
{
  static const char *const mirrors[] = {"http://127.0.0.1:9/", NULL};
  const lenet_status status =
      lenet_fetch_from("mnist", mirrors, path("fetched"), NULL, NULL, error);
  return status == LENET_NO_NETWORK ? LENET_OK : status;
}

const call data_calls[] = {
    {"dataset_open, drawn", call_drawn},
    {"dataset_open, IDX", call_idx},
    {"dataset_open, gzip", call_gzip},
    {"dataset_open, folders", call_folder},
    {"dataset_open, known", call_known},
    {"page_make", call_page},
    {"string_make", call_string},
    {"pieces_make", call_pieces},
    {"windows_make", call_windows},
    {"fetch_from", call_fetch},
    {NULL, NULL},
};
