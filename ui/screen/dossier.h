/*
 * A dossier: a supervision, or a purchased service, with all that belongs to it, as far as it has
 * been read. Record pages, acceptance, appeals and forms stand on one. What was seen before (in a
 * list) is shown until the read has come. Pages are held by reference; texts live as long as the
 * dossier keeps them. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_DOSSIER_H
#define KOODESK_UI_SCREEN_DOSSIER_H

#include "ui/screen/screen.h"

/* The parts, which are the tags of the reads too. */
enum part {
	PART_SUPERVISION,
	PART_APPEAL,
	PART_ORDER,
	PART_PRODUCT,
	PART_LOG,
	PART_FILES,
	PART_APPEALS,
	PART_REFUND,                       /* the open request */
	PART_INSTANCE,
	PART_VERIFY,
	PARTS
};
#define PART(name) (1u << PART_##name)

struct dossier {
	unsigned wants;                    /* bits of parts */
	unsigned asked, answered;
	/* of the supervision (an order's id until it is known) */
	char id[80];
	char appeal_id[96];                /* of the appeal it was opened for, or "" */
	char service_id[80];               /* of the purchased service it was opened for, or "" */
	struct arena seen;                 /* copies of what was given at opening */
	const struct supervision *supervision;
	const struct appeal *appeal;       /* the one asked for; else the open one; or NULL */
	const struct order *order;
	const struct product *product;
	const struct refund *refund;       /* the open request, or NULL */
	const struct instance *instance;
	struct page *pages[PARTS];         /* what was read, or NULL */
	struct verdict verdict;            /* where PART_VERIFY was answered without a failure */
	bool verified;
	char failed[320];                  /* why there is nothing to show, or "" */
	bool absent;                       /* because there is none */
	char trouble[320];                 /* why a part is missing, or "" */
	unsigned troubled;                 /* bits of the parts that are */
};

void dossier_open(struct place *place, struct dossier *dossier, const char *id,
    const char *appeal_id, unsigned wants);
/* The same for a purchased service, with its product and its order. */
void dossier_open_service(struct place *place, struct dossier *dossier, const char *id);
/*
 * A service that somebody else reads has come, again or for the first time: its product, its order
 * and what its order line has are asked for once. instance is held until the next one is given.
 */
void dossier_take_service(
    struct place *place, struct dossier *dossier, const struct instance *instance);
void dossier_refresh(struct place *place, struct dossier *dossier);
void dossier_reply(struct place *place, struct dossier *dossier, const struct reply *reply);
void dossier_close(struct dossier *dossier);
/* what it is about is known, or that it cannot be */
bool dossier_known(const struct dossier *dossier);
/* everything that was asked has been answered */
bool dossier_complete(const struct dossier *dossier);
void dossier_selection(const struct dossier *dossier, struct selection *out);
/* Files handed in with the log entry; into out (indexes of PART_FILES), returns how many. */
size_t dossier_files_of(const struct dossier *dossier, int64_t seq, size_t *out, size_t cap);
/* The newest entry of the action, or NULL. */
const struct log_entry *dossier_last(const struct dossier *dossier, enum action_id action);
/* What an entry says was done, translated. */
const char *dossier_action_words(const struct log_entry *entry);

#endif
