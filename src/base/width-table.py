#!/usr/bin/env python3
"""Writes src/base/text_width.h: cells per code point, and the simple case folds for searching.

    src/base/width-table.py > src/base/text_width.h

Run by hand where the Unicode data changes; the output is committed, so that a build needs no Python
and no locale. The data are Python's unicodedata; where the C library's wcwidth() (C.UTF-8) says
something else about a character that could be shown, the character gets no width and a replacement
is drawn in its place.
"""
import ctypes
import locale
import sys
import unicodedata

# Letters without a shape (Default_Ignorable_Code_Point outside Cf): good for nothing but deceit.
INVISIBLE = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5}
# Emoji by default, but neutral in East Asian Width: single letters of flags.
REGIONAL = range(0x1F1E6, 0x1F200)


def width(cp):
	category = unicodedata.category(chr(cp))
	if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or cp in INVISIBLE:
		return -1
	if category in ("Mn", "Me"):
		return 0
	if cp in REGIONAL or unicodedata.east_asian_width(chr(cp)) in "WF":
		return 2
	return 1


def agreed(libc, cp):
	mine = width(cp)
	return mine if mine < 0 or libc.wcwidth(ctypes.c_int(cp)) == mine else -1


def fold(cp):
	if cp == 0x3000:              # the full-width blank
		return 0x20
	if 0xFF01 <= cp <= 0xFF5E:    # full-width forms fold to ASCII
		return ord(chr(cp - 0xFEE0).lower())
	for text in (chr(cp).casefold(), chr(cp).lower()):
		if len(text) == 1:
			return ord(text)
	return cp


def fold_ranges():
	"""(first, last, step, delta) of letters beyond ASCII, which is done in code."""
	blocks = [(0x80, 0x24F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF), (0x2C60, 0x2C7F),
	          (0x3000, 0x3000), (0xA640, 0xA69F), (0xA720, 0xA7FF), (0xFF01, 0xFF5E)]
	pairs = [(cp, fold(cp) - cp) for low, high in blocks for cp in range(low, high + 1)
	         if fold(cp) != cp]
	ranges = []
	for cp, delta in pairs:
		if ranges:
			first, last, step, d = ranges[-1]
			gap = cp - last
			if d == delta and gap in (1, 2) and step in (0, gap):
				ranges[-1] = (first, cp, gap, d)
				continue
		ranges.append((cp, cp, 0, delta))
	return [(f, l, s or 1, d) for f, l, s, d in ranges]


def main():
	locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
	libc = ctypes.CDLL(None)
	ranges = []
	disagree = 0
	for cp in range(0x20, 0x110000):
		w = agreed(libc, cp)
		disagree += w != width(cp)
		if w < 0:
			continue
		if ranges and ranges[-1][1] == cp - 1 and ranges[-1][2] == w:
			ranges[-1][1] = cp
		else:
			ranges.append([cp, cp, w])
	print("/*\n * Made by width-table.py from Unicode %s, less %d characters on which wcwidth()"
	      % (unicodedata.unidata_version, disagree))
	print(" * disagrees. Do not edit.\n */")
	print("#ifndef KOODESK_BASE_TEXT_WIDTH_H\n#define KOODESK_BASE_TEXT_WIDTH_H\n")
	print("#include <stdint.h>\n")
	print("/* Code points that may be shown, ascending; what is in no range has no width. */")
	print("static const struct text_range {\n\tuint32_t first, last;\n\tint8_t width;")
	print("} text_ranges[] = {")
	for first, last, w in ranges:
		print("\t{0x%04X, 0x%04X, %d}," % (first, last, w))
	print("};\n")
	print("/* Every step-th code point of first..last folds to itself plus delta. */")
	print("static const struct text_fold_range {")
	print("\tuint32_t first, last;\n\tint32_t step, delta;")
	print("} text_folds[] = {")
	for row in fold_ranges():
		print("\t{0x%04X, 0x%04X, %d, %d}," % row)
	print("};\n\n#endif")
	return 0


sys.exit(main())
