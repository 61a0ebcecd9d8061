#include "scene.h"

#include <stdarg.h>
#include <string.h>

/* Each gives a row, with the name of what is wrong, where the rule is broken. */
static const struct rule {
	const char *what, *sql;
} rules[] = {
	{ "the supervision knows length and head of its log",
	    "SELECT s.id FROM supervisions s WHERE s.log_length <> (SELECT count(*) FROM"
	    " log_entries e WHERE e.supervision = s.id) OR s.log_length < 1 OR s.log_head <>"
	    " (SELECT hash FROM log_entries e WHERE e.supervision = s.id ORDER BY seq DESC"
	    " LIMIT 1)" },
	{ "entries belong to a supervision or to a purchased service",
	    "SELECT id FROM log_entries WHERE supervision NOT IN (SELECT id FROM supervisions"
	    " UNION ALL SELECT id FROM instances)" },
	{ "a purchased service knows length and head of its log, and its version",
	    "SELECT i.id FROM instances i WHERE i.log_length <> (SELECT count(*) FROM log_entries e"
	    " WHERE e.supervision = i.id) OR i.log_head <> coalesce((SELECT hash FROM log_entries"
	    " e WHERE e.supervision = i.id ORDER BY seq DESC LIMIT 1), '') OR i.version <>"
	    " coalesce((SELECT max(version) FROM log_entries e WHERE e.supervision = i.id), 0)" },
	{ "what was renewed or converted is an order, each once",
	    "SELECT o.id FROM orders o WHERE o.type IN ('RENEW', 'TRIAL_TO_FORMAL') AND (SELECT"
	    " count(*) FROM log_entries e WHERE e.action IN ('renew', 'convert-trial') AND"
	    " json_extract(e.inputs, '$.orderId') = o.id) <> 1 UNION ALL"
	    " SELECT id FROM log_entries WHERE action IN ('renew', 'convert-trial') AND"
	    " json_extract(inputs, '$.orderId') NOT IN (SELECT id FROM orders WHERE type IN"
	    " ('RENEW', 'TRIAL_TO_FORMAL'))" },
	{ "what was converted is no trial any more",
	    "SELECT i.id FROM instances i WHERE i.trial AND EXISTS (SELECT 1 FROM log_entries e"
	    " WHERE e.supervision = i.id AND e.action = 'convert-trial') UNION ALL"
	    " SELECT supervision FROM log_entries WHERE action = 'convert-trial' GROUP BY"
	    " supervision HAVING count(*) > 1" },
	{ "a service is paid until where its last order leads",
	    "SELECT i.id FROM instances i WHERE i.log_length > 0 AND i.version > 0 AND"
	    " i.expires_at <> (SELECT max(l.expires_at) FROM order_lines l WHERE l.instance ="
	    " i.id)" },
	{ "what was rated by itself was rated once",
	    "SELECT i.id FROM instances i WHERE (i.rated_at > 0) <> (SELECT count(*) FROM"
	    " log_entries e WHERE e.supervision = i.id AND e.action = 'rate') OR (NOT"
	    " i.supervised AND (i.rated_at > 0) <> (SELECT count(*) FROM ratings r WHERE r.id ="
	    " i.line))" },
	{ "entries are numbered 1, 2, 3",
	    "SELECT supervision FROM log_entries GROUP BY supervision"
	    " HAVING min(seq) <> 1 OR max(seq) <> count(*)" },
	{ "serials are numbered 1, 2, 3",
	    "SELECT 'serial' FROM log_entries GROUP BY 'all' HAVING min(serial) <> 1"
	    " OR max(serial) <> count(*)"
	    " OR count(DISTINCT serial) <> count(*)" },
	{ "no hash stands twice",
	    "SELECT hash FROM log_entries GROUP BY hash HAVING count(*) > 1" },
	{ "no command stands twice",
	    "SELECT inputs FROM log_entries WHERE inputs <> '{}' AND role <> 'system'"
	    " GROUP BY inputs HAVING count(*) > 1" },
	{ "each move raises the version by one, and nothing else does",
	    "SELECT id FROM (SELECT id, action, version, lag(version) OVER (PARTITION BY"
	    " supervision ORDER BY seq) AS before FROM log_entries) WHERE version <>"
	    " coalesce(before, 0) + (action NOT IN ('comment', 'add-evidence', 'activate',"
	    " 'sign-off', 'rate', 'take-over-deployment', 'deployment-progress',"
	    " 'deployment-result'))" },
	{ "each entry goes on from where the one before it led",
	    "SELECT id FROM (SELECT id, from_stage, lag(to_stage) OVER (PARTITION BY supervision"
	    " ORDER BY seq) AS before FROM log_entries) WHERE from_stage <> coalesce(before, '')" },
	{ "the supervision stands where its last entry says",
	    "SELECT s.id FROM supervisions s JOIN log_entries e ON e.supervision = s.id AND"
	    " e.seq = s.log_length WHERE e.version <> s.version OR e.to_stage <> s.stage" },
	{ "what is completed is at the end, and nobody's turn",
	    "SELECT id FROM supervisions WHERE (state = 'completed') <> (stage = 'done') OR"
	    " (state = 'open') <> (turn <> '') OR (state = 'open') <> (ended_at = 0)" },
	{ "an appeal is open where the supervision says so",
	    "SELECT s.id FROM supervisions s WHERE s.appeal <> coalesce((SELECT a.id FROM"
	    " appeals a WHERE a.supervision = s.id AND a.state = 'open'), '') OR s.appeals <>"
	    " (SELECT count(*) FROM appeals a WHERE a.supervision = s.id) OR"
	    " s.freezes <> (s.state = 'open' AND s.appeal <> '') + (s.state = 'open' AND"
	    " s.refund <> '')" },
	{ "appeals were filed and closed in the log",
	    "SELECT a.supervision FROM appeals a GROUP BY a.supervision HAVING count(*) <>"
	    " (SELECT count(*) FROM log_entries e WHERE e.supervision = a.supervision AND"
	    " e.action = 'appeal') OR sum(a.state <> 'open') <> (SELECT count(*) FROM"
	    " log_entries e WHERE e.supervision = a.supervision AND e.action IN"
	    " ('withdraw-appeal', 'decide'))" },
	{ "a refund request is open where the supervision says so",
	    "SELECT s.id FROM supervisions s WHERE s.refund <> coalesce((SELECT r.id FROM"
	    " refunds r WHERE r.supervision = s.id AND r.state IN ('pending', 'returning',"
	    " 'return-check')), '') OR s.refunds <> (SELECT count(*) FROM refunds r WHERE"
	    " r.supervision = s.id) OR s.refunds <> (SELECT count(*) FROM log_entries e WHERE"
	    " e.supervision = s.id AND e.action = 'request-refund')" },
	{ "refund requests were answered in the log",
	    "SELECT r.id FROM refunds r WHERE (r.closed_at > 0) <> (r.state NOT IN ('pending',"
	    " 'returning', 'return-check')) UNION ALL"
	    " SELECT r.supervision FROM refunds r GROUP BY r.supervision HAVING"
	    " sum(r.state = 'rejected') <> (SELECT count(*) FROM log_entries e WHERE"
	    " e.supervision = r.supervision AND e.action IN ('reject-refund', 'reject-return'))"
	    " OR sum(r.state = 'withdrawn') <> (SELECT count(*) FROM log_entries e WHERE"
	    " e.supervision = r.supervision AND e.action = 'withdraw-refund')" },
	{ "a clock runs or is stopped, never both, and only while it is open",
	    "SELECT id FROM supervisions WHERE (due_at > 0 AND (remaining > 0 OR freezes > 0)) OR"
	    " (state <> 'open' AND (due_at > 0 OR remaining > 0 OR freezes > 0)) UNION ALL"
	    " SELECT r.id FROM refunds r JOIN supervisions s ON s.id = r.supervision WHERE"
	    " (r.due_at > 0) + (r.remaining > 0) <> (r.state = 'return-check') OR"
	    " (r.remaining > 0 AND s.appeal = '')" },
	{ "deployments are those that were started",
	    "SELECT s.id FROM supervisions s WHERE s.deployments <> (SELECT count(*) FROM"
	    " deployments d WHERE d.supervision = s.id) OR s.deployments <> (SELECT count(*) FROM"
	    " log_entries e WHERE e.supervision = s.id AND e.action = 'start-deployment') OR"
	    " (s.deployment <> '' AND s.deployment_state <> (SELECT d.state FROM deployments d"
	    " WHERE d.id = s.deployment))" },
	{ "each lease was taken in the log",
	    "SELECT d.supervision FROM deployments d GROUP BY d.supervision HAVING max(d.token) <>"
	    " (SELECT count(*) FROM log_entries e WHERE e.supervision = d.supervision AND e.action"
	    " IN ('start-deployment', 'take-over-deployment'))" },
	{ "what was rated was rated once",
	    "SELECT s.id FROM supervisions s WHERE (s.rated_at > 0) <> (SELECT count(*) FROM"
	    " ratings r WHERE r.supervision = s.id) OR (s.rated_at > 0) <> (SELECT count(*) FROM"
	    " log_entries e WHERE e.supervision = s.id AND e.action = 'rate')" },
	{ "attachments are those that the entries list",
	    "SELECT e.id FROM log_entries e WHERE json_array_length(e.files) <> (SELECT count(*)"
	    " FROM attachments a WHERE a.supervision = e.supervision AND a.seq = e.seq)" },
	{ "attachments have an entry and contents",
	    "SELECT a.id FROM attachments a WHERE NOT EXISTS (SELECT 1 FROM files f WHERE"
	    " f.digest = a.digest AND f.size = a.size) OR NOT EXISTS (SELECT 1 FROM log_entries e"
	    " WHERE e.supervision = a.supervision AND e.seq = a.seq)" },
	{ "who named contents had handed them in",
	    "SELECT a.id FROM attachments a LEFT JOIN users u ON u.id = a.uploader WHERE NOT EXISTS"
	    " (SELECT 1 FROM uploads p WHERE p.digest = a.digest AND p.account = u.account)" },
	{ "contents are there in full",
	    "SELECT f.digest FROM files f WHERE f.size <> (SELECT coalesce(sum(length(data)), 0)"
	    " FROM chunks c WHERE c.digest = f.digest) OR (SELECT max(n) + 1 <> count(*) FROM"
	    " chunks c WHERE c.digest = f.digest)" },
	{ "no contents without a name",
	    "SELECT digest FROM chunks WHERE digest NOT IN (SELECT digest FROM files)" },
	{ "the order's state agrees with its supervisions",
	    "SELECT o.id FROM orders o JOIN supervisions s ON s.order_id = o.id GROUP BY o.id"
	    " HAVING o.state <> CASE WHEN sum(s.state = 'open') > 0 THEN 'processing' WHEN"
	    " sum(s.state = 'completed') > 0 THEN 'completed' ELSE 'unsubscribed' END" },
	{ "an order has the lines that it was imported with",
	    "SELECT o.id FROM orders o WHERE o.paid <> (SELECT coalesce(sum(l.paid), -1) FROM"
	    " order_lines l WHERE l.order_id = o.id) UNION ALL SELECT l.id FROM order_lines l JOIN"
	    " supervisions s ON s.id = l.id WHERE l.paid <> 90000" },
	{ "each line has its supervision, where it is supervised, and its instance",
	    "SELECT l.id FROM order_lines l WHERE (l.product <> 'P20' AND NOT EXISTS (SELECT 1"
	    " FROM supervisions s WHERE s.id = l.id)) OR NOT EXISTS (SELECT 1 FROM instances i"
	    " WHERE i.id = l.instance)" },
	{ "supervisions and lines have their order",
	    "SELECT id FROM order_lines WHERE order_id NOT IN (SELECT id FROM orders) UNION ALL"
	    " SELECT id FROM supervisions WHERE id NOT IN (SELECT id FROM order_lines)" },
	{ "instances are as their supervisions",
	    "SELECT s.id FROM supervisions s JOIN instances i ON i.line = s.id WHERE i.state <>"
	    " CASE s.state WHEN 'open' THEN 'preparing' WHEN 'completed' THEN 'active' ELSE"
	    " 'released' END" },
	{ "what was given back is the same everywhere",
	    "SELECT s.id FROM supervisions s JOIN order_lines l ON l.id = s.id WHERE s.refunded <>"
	    " l.refunded OR s.refunded <> (SELECT coalesce(sum(a.refund), 0) FROM appeals a WHERE"
	    " a.supervision = s.id) + (SELECT coalesce(sum(r.amount), 0) FROM refunds r WHERE"
	    " r.supervision = s.id AND r.state = 'refunded') OR"
	    " (s.state = 'refunded') <> (s.refunded > 0) UNION ALL"
	    " SELECT o.id FROM orders o WHERE o.refunded <> (SELECT sum(l.refunded) FROM"
	    " order_lines l WHERE l.order_id = o.id)" },
	{ "each receipt is of an entry, with the same hash",
	    "SELECT r.key FROM receipts r WHERE NOT EXISTS (SELECT 1 FROM log_entries e WHERE e.id"
	    " = printf('%s#%06d', json_extract(r.receipt, '$.supervisionId') || json_extract("
	    " r.receipt, '$.instanceId'),"
	    " json_extract(r.receipt, '$.seq')) AND e.hash = json_extract(r.receipt, '$.hash')"
	    " AND e.actor = r.actor)" },
	{ "each command has one receipt",
	    "SELECT 'receipts' WHERE (SELECT count(*) FROM receipts) <> (SELECT count(*) FROM"
	    " log_entries WHERE role <> 'system')" },
	{ "SQLite finds no fault",
	    "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'" },
};

sqlite3 *raw_open(const struct scene *scene)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(scene->path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		scene_die("%s: %s", scene->path, sqlite3_errmsg(db));
	sqlite3_busy_timeout(db, 10000);
	return db;
}

int64_t raw_number(sqlite3 *db, const char *sql, ...)
{
	sqlite3_stmt *stmt;
	const char *text;
	int64_t number;
	va_list args;
	int i = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		scene_die("%s: %s", sql, sqlite3_errmsg(db));
	va_start(args, sql);
	while ((text = va_arg(args, const char *)) != NULL)
		sqlite3_bind_text(stmt, ++i, text, -1, SQLITE_TRANSIENT);
	va_end(args);
	if (sqlite3_step(stmt) != SQLITE_ROW)
		scene_die("%s: %s", sql, sqlite3_errmsg(db));
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return number;
}

static void hold(sqlite3 *db, const struct rule *rule)
{
	sqlite3_stmt *stmt;
	int rc;

	if (sqlite3_prepare_v2(db, rule->sql, -1, &stmt, NULL) != SQLITE_OK)
		scene_die("%s: %s", rule->what, sqlite3_errmsg(db));
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		scene_die("NOT SO: %s: %s", rule->what, sqlite3_column_text(stmt, 0));
	if (rc != SQLITE_DONE)
		scene_die("%s: %s", rule->what, sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
}

static void verify_all(struct backend *b, sqlite3 *db)
{
	struct verdict verdict;
	sqlite3_stmt *stmt;
	struct error err;
	const char *id;

	if (backend_impersonate(b, "operator", &err) != STATUS_OK)
		scene_die("operator: %s", err.message);
	if (sqlite3_prepare_v2(db, "SELECT id FROM supervisions UNION ALL SELECT id"
		" FROM instances WHERE log_length > 0", -1, &stmt, NULL) != SQLITE_OK)
		scene_die("supervisions: %s", sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		id = (const char *)sqlite3_column_text(stmt, 0);
		if (backend_verify(b, id, &verdict, &err) != STATUS_OK)
			scene_die("verify %s: %s", id, err.message);
		if (!verdict.intact)
			scene_die("NOT SO: %s is intact: %s", id, verdict.reason);
	}
	sqlite3_finalize(stmt);
}

void hold_all(struct backend *b, sqlite3 *db)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		hold(db, &rules[i]);
	verify_all(b, db);
}
