/*
 * The files of the demo: made and attached once, then named by as many commands as need them.
 *
 * A struct papers belongs to one fill; names lie in its arena. One thread.
 */
#ifndef KOODESK_DEMO_PAPERS_H
#define KOODESK_DEMO_PAPERS_H

#include "demo/cast.h"
#include "market/market.h"

#define PAPER_WARES 64          /* at least as many as there are */
#define PAPER_COMPANIES 32
#define PAPER_VARIANTS 3

struct paper {
	const char *name;
	int64_t size;
	char digest[65];
};

struct papers {
	struct arena arena;
	struct paper sow[PAPER_WARES], acceptance[PAPER_WARES];     /* as in cast_wares */
	struct paper letter[PAPER_COMPANIES];                       /* of sellers */
	struct paper requirement[SUBJECT_COUNT][TONGUE_COUNT];
	struct paper inventory[TONGUE_COUNT][PAPER_VARIANTS];       /* .csv */
	struct paper checklist[TONGUE_COUNT][PAPER_VARIANTS];       /* .csv */
	struct paper record[TONGUE_COUNT][PAPER_VARIANTS];          /* of calls and mails, .txt */
	struct paper validity[TONGUE_COUNT][PAPER_VARIANTS];        /* .png */
	struct paper deployment[TONGUE_COUNT][PAPER_VARIANTS];
	struct paper sketch[TONGUE_COUNT][PAPER_VARIANTS];          /* of a website */
	struct paper proof[TONGUE_COUNT][PAPER_VARIANTS];
};

enum status papers_prepare(struct papers *papers, struct market *market, const struct actor *actor,
    int64_t now, struct error *err);
void papers_free(struct papers *papers);

#endif
