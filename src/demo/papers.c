#include "demo/papers.h"

#include <string.h>

#include "demo/formats.h"
#include "demo/texts.h"

#define PAPER_MAX (64u << 10)

struct desk {
	struct papers *papers;
	struct market *market;
	const struct actor *actor;
	int64_t now;
	struct buf text, file;
};

static enum status attach(struct desk *desk, struct paper *paper, const struct buf *contents,
    const char *name, struct error *err)
{
	struct bytes_held bytes = { contents->data, contents->len };
	struct byte_source source = bytes_source(&bytes);

	paper->name = name;
	return market_attach(
	    desk->market, desk->actor, &source, desk->now, paper->digest, &paper->size, err);
}

/* What was written into desk->text, as it is. */
static enum status put_text(
    struct desk *desk, struct paper *paper, const char *name, struct error *err)
{
	enum status status = attach(desk, paper, &desk->text, name, err);

	buf_clear(&desk->text);
	return status;
}

static enum status put_pdf(struct desk *desk, struct paper *paper, const char *name,
    enum tongue tongue, struct error *err)
{
	formats_pdf(&desk->file, buf_text(&desk->text), tongue == TONGUE_ZH);
	buf_clear(&desk->text);

	enum status status = attach(desk, paper, &desk->file, name, err);

	buf_clear(&desk->file);
	return status;
}

static enum status put_png(
    struct desk *desk, struct paper *paper, const char *name, uint64_t variant, struct error *err)
{
	enum status status;

	formats_png(&desk->file, variant);
	status = attach(desk, paper, &desk->file, name, err);
	buf_clear(&desk->file);
	return status;
}

/* A sentence of a pool for each line, with the names of a ware. */
static void put_sentences(struct desk *desk, enum text_pool pool, int count,
    const struct ware *ware, uint64_t seed, const char *bullet)
{
	struct text_names names = { ware->name, "", cast_seller(ware)->name };
	struct rng rng;

	rng_seed(&rng, seed);
	for (int i = 0; i < count; i++) {
		buf_puts(&desk->text, bullet);
		texts_fill(&desk->text, texts_pick(pool, ware->tongue, &rng), &names);
		buf_putc(&desk->text, '\n');
	}
}

/* What a document of a product says that is to be done, and that was done. */
static enum text_pool scope_pool(const struct ware *ware)
{
	switch (ware->subject) {
	case SUBJECT_LICENCE:
		return TEXT_INSTALLED;
	case SUBJECT_WEBSITE:
		return TEXT_SITE_SCOPE;
	case SUBJECT_SAAS:
		return TEXT_SAAS_SCOPE;
	case SUBJECT_DATA:
		return TEXT_DATA_SCOPE;
	case SUBJECT_GOODS:
		return TEXT_SHIPPED;
	default:
		return TEXT_SCOPE;
	}
}

static enum text_pool result_pool(const struct ware *ware)
{
	switch (ware->subject) {
	case SUBJECT_LICENCE:
		return TEXT_INSTALLED;
	case SUBJECT_WEBSITE:
		return TEXT_SITE_BUILT;
	case SUBJECT_SAAS:
		return TEXT_SAAS_READY;
	case SUBJECT_DATA:
		return TEXT_DATA_READY;
	case SUBJECT_GOODS:
		return TEXT_SHIPPED;
	default:
		return TEXT_DONE;
	}
}

static enum status make_sow(struct desk *desk, size_t i, struct error *err)
{
	const struct ware *ware = &cast_wares[i];
	bool zh = ware->tongue == TONGUE_ZH;
	const char *name = arena_printf(
	    &desk->papers->arena, zh ? "SOW需求说明书-%s.md" : "SOW %s.md", ware->name);

	buf_printf(&desk->text,
	    zh ? "# SOW 需求说明书：%s\n\n实施方：%s\n\n## 工作范围\n\n"
	       : "# Statement of work: %s\n\nCarried out by %s\n\n## Scope\n\n",
	    ware->name, cast_seller(ware)->name);
	put_sentences(desk, scope_pool(ware), 4, ware, i, "- ");
	buf_printf(&desk->text,
	    zh ? "\n## 验收标准\n\n%s\n\n## 约定\n\n"
	       : "\n## Acceptance standard\n\n%s\n\n## Terms\n\n",
	    texts_standard(ware->subject, ware->tongue));
	put_sentences(desk, TEXT_TERMS, 2, ware, i, "- ");
	return put_text(desk, &desk->papers->sow[i], name, err);
}

static enum status make_acceptance(struct desk *desk, size_t i, struct error *err)
{
	const struct ware *ware = &cast_wares[i];
	bool zh = ware->tongue == TONGUE_ZH;
	const char *name = arena_printf(
	    &desk->papers->arena, zh ? "验收文档-%s.pdf" : "Acceptance %s.pdf", ware->name);

	buf_printf(&desk->text,
	    zh ? "交付验收文档\n\n商品：%s\n商家：%s\n\n验收标准\n%s\n\n交付结果\n"
	       : "Acceptance document\n\nProduct: %s\nSeller: %s\n\nAcceptance "
		 "standard\n%s\n\nResult\n",
	    ware->name, cast_seller(ware)->name, texts_standard(ware->subject, ware->tongue));
	put_sentences(desk, result_pool(ware), 4, ware, i + 100, zh ? "· " : "* ");
	buf_puts(&desk->text,
	    zh ? "\n客户签字：________    商家签字：________\n"
	       : "\nFor the buyer: ____________    For the seller: ____________\n");
	return put_pdf(desk, &desk->papers->acceptance[i], name, ware->tongue, err);
}

static enum status make_letter(struct desk *desk, size_t i, struct error *err)
{
	const struct company *seller = &cast_companies[i];
	bool zh = seller->tongue == TONGUE_ZH;

	buf_printf(&desk->text,
	    zh ? "申诉介入处理承诺函\n\n%s 承诺：所提交的交付凭证真实、完整；订单已按约定交付。\n"
		 "如因平台代为完成订单产生争议，由我方承担相应责任，并配合平台退还款项。\n\n盖章"
		 "：%s\n"
	       : "Letter of commitment for the platform's intervention\n\n%s commits itself: the "
		 "proof of "
		 "delivery handed in is true and complete, and the order was delivered as "
		 "agreed.\n"
		 "Should the completion of the order by the platform lead to a dispute, we "
		 "answer for it "
		 "and pay back what is decided.\n\nSeal: %s\n",
	    seller->name, seller->name);
	return put_pdf(desk, &desk->papers->letter[i],
	    zh ? "申诉介入处理承诺函.pdf" : "Commitment letter.pdf", seller->tongue, err);
}

static enum status make_requirement(
    struct desk *desk, enum subject subject, enum tongue tongue, struct error *err)
{
	const struct ware about = { .subject = subject };
	/* Of a licence the host is described, as of a service. */
	enum text_pool scope = subject == SUBJECT_LICENCE ? TEXT_SCOPE : scope_pool(&about);
	bool zh = tongue == TONGUE_ZH;
	struct rng rng;

	rng_seed(&rng, (uint64_t)subject);
	buf_printf(&desk->text,
	    zh ? "# 需求说明\n\n%s\n\n## 明细\n\n" : "# Requirement\n\n%s\n\n## Details\n\n",
	    texts_template(subject, tongue));
	for (int i = 0; i < 6; i++)
		buf_printf(&desk->text, "%d. %s\n", i + 1,
		    texts_pick(i < 4 || scope != TEXT_SCOPE ? scope : TEXT_TERMS, tongue, &rng));
	return put_text(desk, &desk->papers->requirement[subject][tongue],
	    zh ? "需求说明.md" : "requirement.md", err);
}

static enum status make_tables(
    struct desk *desk, enum tongue tongue, unsigned v, struct error *err)
{
	struct papers *papers = desk->papers;
	bool zh = tongue == TONGUE_ZH;
	enum status status;
	struct rng rng;

	rng_seed(&rng, v);
	buf_puts(&desk->text,
	    zh ? "主机,用途,系统,vCPU,内存GB,磁盘GB\n" : "host,use,system,vcpu,gb,disk\n");
	for (unsigned i = 0; i < 8 + v * 3; i++)
		buf_printf(&desk->text, "srv-%02u,%s,%s,%u,%u,%u\n", i + 1,
		    zh ? (i % 3 == 0 ? "数据库" : "应用")
		       : (i % 3 == 0 ? "database" : "application"),
		    i % 2 == 0 ? "EulerOS 2.0" : "CentOS 7.9", 2u << rng_below(&rng, 4),
		    8u << rng_below(&rng, 3), 100 + 50 * (unsigned)rng_below(&rng, 12));
	status = put_text(
	    desk, &papers->inventory[tongue][v], zh ? "服务器清单.csv" : "inventory.csv", err);
	if (status != STATUS_OK)
		return status;
	buf_puts(&desk->text, zh ? "序号,检查项,结果,备注\n" : "no,check,result,remark\n");
	for (unsigned i = 0; i < 12 + v * 4; i++) {
		bool passed = rng_below(&rng, 12) != 0;

		buf_printf(&desk->text, zh ? "%u,检查项 %u,%s,%s\n" : "%u,check %u,%s,%s\n",
		    i + 1, 1 + (unsigned)rng_below(&rng, 40),
		    zh ? (passed ? "通过" : "不通过") : (passed ? "passed" : "failed"),
		    passed   ? ""
			: zh ? "见截图"
			     : "see screenshot");
	}
	return put_text(
	    desk, &papers->checklist[tongue][v], zh ? "检查清单.csv" : "checklist.csv", err);
}

static enum status make_record(
    struct desk *desk, enum tongue tongue, unsigned v, struct error *err)
{
	bool zh = tongue == TONGUE_ZH;
	struct rng rng;

	rng_seed(&rng, 70 + v);
	buf_puts(&desk->text, zh ? "沟通记录\n\n" : "Record of calls and mails\n\n");
	for (int i = 0; i < 5; i++)
		buf_printf(&desk->text, "%02d:%02d  %s\n", 9 + 2 * i, (int)rng_below(&rng, 60),
		    texts_pick(i % 2 == 0 ? TEXT_SELLER_SAYS : TEXT_BUYER_SAYS, tongue, &rng));
	return put_text(desk, &desk->papers->record[tongue][v],
	    zh ? "沟通记录.txt" : "calls and mails.txt", err);
}

static enum status make_shots(
    struct desk *desk, enum tongue tongue, unsigned v, struct error *err)
{
	struct papers *papers = desk->papers;
	bool zh = tongue == TONGUE_ZH;
	enum status status = put_png(desk, &papers->validity[tongue][v],
	    zh ? "授权有效期截图.png" : "licence-validity.png", v, err);

	if (status == STATUS_OK)
		status = put_png(desk, &papers->deployment[tongue][v],
		    zh ? "部署截图.png" : "deployment.png", 10 + v, err);
	if (status == STATUS_OK)
		status = put_png(desk, &papers->proof[tongue][v],
		    zh ? "运行截图.png" : "running.png", 20 + v, err);
	if (status == STATUS_OK)
		status = put_png(desk, &papers->sketch[tongue][v],
		    zh ? "首页设计稿.png" : "home page draft.png", 30 + v, err);
	return status;
}

static enum status make_by_ware(struct desk *desk, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < cast_ware_count && i < PAPER_WARES; i++) {
		status = make_sow(desk, i, err);
		if (status == STATUS_OK)
			status = make_acceptance(desk, i, err);
	}
	for (size_t i = cast_buyer_count;
	     status == STATUS_OK && i < cast_company_count && i < PAPER_COMPANIES; i++)
		status = make_letter(desk, i, err);
	return status;
}

static enum status make_by_tongue(struct desk *desk, enum tongue tongue, struct error *err)
{
	enum status status = STATUS_OK;

	for (int subject = 0; status == STATUS_OK && subject < SUBJECT_COUNT; subject++)
		status = make_requirement(desk, (enum subject)subject, tongue, err);
	for (unsigned v = 0; status == STATUS_OK && v < PAPER_VARIANTS; v++) {
		status = make_tables(desk, tongue, v, err);
		if (status == STATUS_OK)
			status = make_record(desk, tongue, v, err);
		if (status == STATUS_OK)
			status = make_shots(desk, tongue, v, err);
	}
	return status;
}

enum status papers_prepare(struct papers *papers, struct market *market,
    const struct actor *actor, int64_t now, struct error *err)
{
	struct desk desk = { .papers = papers, .market = market, .actor = actor, .now = now };
	enum status status;

	buf_init(&desk.text, PAPER_MAX);
	buf_init(&desk.file, PAPER_MAX);
	status = make_by_ware(&desk, err);
	for (int t = 0; status == STATUS_OK && t < TONGUE_COUNT; t++)
		status = make_by_tongue(&desk, (enum tongue)t, err);
	buf_free(&desk.text);
	buf_free(&desk.file);
	return status;
}

void papers_free(struct papers *papers)
{
	arena_free(&papers->arena);
}
