/* sheets.h - what of a network is drawn on sheets of tiles. Each fills an empty sheet, which goes back
 * through cli_sheet_free whatever comes of it. */
#ifndef LENET_CLI_SHEETS_H
#define LENET_CLI_SHEETS_H

#include "sheet.h"

/* The kernels of so many maps are drawn, and of each so many. */
enum { CLI_MOST_MAPS = 32 };

/* The kernels of each convolution, of a last row its weights or codes. */
lenet_status cli_filters_sheet(const lenet_model *model, cli_sheet *sheet, lenet_error *error);

/* What each row makes of a digit. */
lenet_status cli_maps_sheet(const lenet_model *model, const uint8_t digit[28 * 28],
                            cli_sheet *sheet, lenet_error *error);

/* Which maps the maps of each convolution with a table read. LENET_UNSUPPORTED where there is none. */
lenet_status cli_table_sheet(const lenet_network *network, const lenet_layout *layout,
                             cli_sheet *sheet, lenet_error *error);

/* The codes of an R row; LENET_UNSUPPORTED for a network without one. */
lenet_status cli_codes_sheet(const lenet_network *network, cli_sheet *sheet, lenet_error *error);

/* What such a row reads for a digit, and how far that is from each code. */
lenet_status cli_distances_sheet(const lenet_model *model, const uint8_t digit[28 * 28],
                                 cli_sheet *sheet, lenet_error *error);

/* Fills a tile's place for `count` units that come without an order in the plane: as many rows and
 * columns as look well, or those of the codes where an R row reads them. */
void cli_arrange_units(int count, bool as_code, int *rows, int *columns);

/* LENET_NO_MEMORY with its message. */
lenet_status cli_sheet_no_memory(lenet_error *error);

#endif
