/*
 * Small files of real formats, made from nothing: a page of PDF, a picture of a window as PNG.
 * Pure functions; any thread.
 */
#ifndef KOODESK_DEMO_FORMATS_H
#define KOODESK_DEMO_FORMATS_H

#include "base/mem.h"

/* One page with the text's lines, wrapped; what does not fit on it is left out. */
void formats_pdf(struct buf *out, const char *text, bool chinese);
/* A window with a title bar, lines and a chart; another shape for another variant. */
void formats_png(struct buf *out, uint64_t variant);

#endif
