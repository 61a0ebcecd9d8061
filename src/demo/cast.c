#include "demo/cast.h"

#include <string.h>

#include "base/json.h"
#include "demo/texts.h"
#include "model/money.h"

#define BUYER(id, name, tongue, phone, address)                                                  \
	id, name, ACCOUNT_BUYER, TONGUE_##tongue, "it@" id ".example", phone, address
#define SELLER(id, name, tongue)                                                                 \
	id, name, ACCOUNT_SELLER, TONGUE_##tongue, "service@" id ".example", "", ""

const struct company cast_companies[] = {
	{ BUYER("acme", "Acme Trading", EN, "13900001200",
	      "Unit 1203, 88 Keyuan Road, Shanghai"),
	    { { "alice", "Alice Chen" }, { "carol", "Carol Wu" } } },
	{ BUYER("huaxin", "华信制造有限公司", ZH, "13900001237",
	      "苏州市工业园区星湖路218号3号厂房"),
	    { { "wang.fang", "王芳" }, { "gao.ming", "高明" } } },
	{ BUYER("nanhai", "南海物流集团", ZH, "13900001274",
	      "广州市南沙区港前大道66号"),
	    { { "li.na", "李娜" }, { NULL, NULL } } },
	{ BUYER("brightfield", "Brightfield Foods", EN, "13900001311",
	      "Gate 2, 41 Hengshan Road, Tianjin"),
	    { { "tom", "Tom Baker" }, { NULL, NULL } } },
	{ BUYER("xingchen", "星辰教育科技", ZH, "13900001348",
	      "武汉市洪山区光谷大道77号A座5层"),
	    { { "liu.yang", "刘洋" }, { NULL, NULL } } },
	{ BUYER("meridian", "Meridian Freight", EN, "13900001385",
	      "Pier office, 9 Donghai Avenue, Ningbo"),
	    { { "grace", "Grace Tan" }, { NULL, NULL } } },
	{ BUYER("qingshan", "青山医疗", ZH, "13900001422",
	      "杭州市余杭区文一西路998号信息科"),
	    { { "chen.jing", "陈静" }, { "xu.bo", "徐波" } } },
	{ BUYER("lakeside", "Lakeside University", EN, "13900001459",
	      "Server room B1, 300 Xueyuan Road, Hangzhou"),
	    { { "omar", "Omar Haddad" }, { NULL, NULL } } },
	{ BUYER("jinshi", "金石建筑设计院", ZH, "13900001496",
	      "成都市高新区天府大道北段20号"),
	    { { "zhao.lei", "赵磊" }, { NULL, NULL } } },
	{ BUYER("northwind", "Northwind Retail", EN, "13900001533",
	      "Goods entrance, 15 Xinjiekou, Nanjing"),
	    { { "judith", "Judith Meyer" }, { NULL, NULL } } },
	{ BUYER("haiyue", "海悦酒店管理", ZH, "13900001570",
	      "三亚市海棠区海岸路8号"),
	    { { "zhou.min", "周敏" }, { NULL, NULL } } },
	{ BUYER("polaris", "Polaris Games", EN, "13900001607",
	      "Floor 6, 2 Software Park Road, Xiamen"),
	    { { "ivan", "Ivan Petrov" }, { NULL, NULL } } },

	{ SELLER("datasafe", "DataSafe", EN),
	    { { "bob", "Bob Lin" }, { "dana", "Dana Fox" } } },
	{ SELLER("longyun", "Longyun 龙云", ZH),
	    { { "zhang.wei", "张伟" }, { "he.ping", "何平" } } },
	{ SELLER("webworks", "WebWorks", EN),
	    { { "emma", "Emma Ruiz" }, { NULL, NULL } } },
	{ SELLER("yunqian", "云迁科技", ZH),
	    { { "sun.li", "孙丽" }, { NULL, NULL } } },
	{ SELLER("lingshu", "灵枢数据", ZH),
	    { { "ma.chao", "马超" }, { NULL, NULL } } },
	{ SELLER("securegate", "SecureGate", EN),
	    { { "frank", "Frank Osei" }, { NULL, NULL } } },
	{ SELLER("bluepeak", "BluePeak Systems", EN),
	    { { "nina", "Nina Rao" }, { NULL, NULL } } },
	{ SELLER("zhihui", "智汇软件", ZH),
	    { { "lin.xue", "林雪" }, { NULL, NULL } } },
};
const size_t cast_company_count = sizeof(cast_companies) / sizeof(cast_companies[0]);
const size_t cast_buyer_count = 12;

#define YUAN(n) INT64_C(n) * 1000
/* delivery, category, track, subject, tongue, identifier */
#define SORT(d, c, t, s, l) SORT_BY(d, c, t, s, l, NONE)
#define SORT_BY(d, c, t, s, l, i)                                                                \
	DELIVERY_##d, CATEGORY_##c, TRACK_##t, SUBJECT_##s, TONGUE_##l, IDENTIFIER_##i

const struct ware cast_wares[] = {
	{ "00301-518001-0--0", "Cloud Backup Pro 5.2", "datasafe",
	    SORT(LIC_OFFLINE, GENERIC, NONE, LICENCE, EN), "year", YUAN(4800), 5, 3 },
	{ "00301-518002-0--0", "Cloud Backup Pro 5.2, joint edition", "datasafe",
	    SORT(LIC_OFFLINE, JOINT, EMPOWERMENT, LICENCE, EN), "year", YUAN(12800), 3, 5 },
	{ "00301-518003-0--0", "Backup set-up and recovery drill", "datasafe",
	    SORT(MANUAL_STD, GENERIC, NONE, PLATFORM, EN), "", YUAN(9800), 1, 7 },
	{ "00301-518004-0--0", "Mail Archive 3.0", "datasafe",
	    SORT(SAAS, GENERIC, NONE, OFFICE, EN), "month", 35125, 40, 1 },
	{ "00301-624010-0--0", "ERP migration, standard", "longyun",
	    SORT(MANUAL_STD, GENERIC, NONE, MIGRATION, EN), "", YUAN(28000), 1, 15 },
	{ "00301-624011-0--0", "龙云云管平台 V3（企业版）", "longyun",
	    SORT(LIC_OFFLINE, JOINT, BASE, LICENCE, ZH), "year", YUAN(36000), 2, 7 },
	{ "00301-624012-0--0", "上云迁移服务（标准版）", "longyun",
	    SORT(MANUAL_STD, JOINT, EMPOWERMENT, MIGRATION, ZH), "", YUAN(45000), 1, 20 },
	{ "00301-730021-0--0", "Site operations, standard", "webworks",
	    SORT(MANUAL_STD, GENERIC, NONE, SITE, EN), "", YUAN(12600), 1, 10 },
	{ "00301-730022-0--0", "WebWorks CMS 8 licence", "webworks",
	    SORT(LIC_OFFLINE, GENERIC, NONE, LICENCE, EN), "year", YUAN(3600), 4, 2 },
	{ "00301-730023-0--0", "WebWorks hardened web image", "webworks",
	    SORT(IMAGE, GENERIC, NONE, SITE, EN), "month", YUAN(99), 6, 1 },
	{ "00301-841101-0--0", "数据库迁移服务（标准版）", "yunqian",
	    SORT(MANUAL_STD, GENERIC, NONE, DATABASE, ZH), "", YUAN(18500), 2, 12 },
	{ "00301-841102-0--0", "云迁数据同步软件 V2.6", "yunqian",
	    SORT(LIC_OFFLINE, GENERIC, NONE, LICENCE, ZH), "year", YUAN(8800), 4, 3 },
	{ "00301-841103-0--0", "Oracle 迁移评估与改造", "yunqian",
	    SORT(MANUAL_STD, JOINT, BASE, DATABASE, ZH), "", YUAN(68000), 1, 30 },
	{ "00301-902201-0--0", "灵枢数据治理平台 V5", "lingshu",
	    SORT(LIC_OFFLINE, JOINT, EMPOWERMENT, LICENCE, ZH), "year", YUAN(52000), 2, 10 },
	{ "00301-902202-0--0", "工商数据查询接口", "lingshu",
	    SORT(API, GENERIC, NONE, PLATFORM, ZH), "month", YUAN(480), 5, 1 },
	{ "00301-455310-0--0", "Security assessment, MLPS level 3", "securegate",
	    SORT(MANUAL_STD, GENERIC, NONE, SECURITY, EN), "", YUAN(32000), 1, 25 },
	{ "00301-455311-0--0", "SecureGate WAF 4.1 licence", "securegate",
	    SORT(LIC_OFFLINE, SELF_SERVICE, NONE, LICENCE, EN), "year", YUAN(15600), 3, 4 },
	{ "00301-377401-0--0", "BluePeak Monitor 2026", "bluepeak",
	    SORT(LIC_OFFLINE, GENERIC, NONE, LICENCE, EN), "year", YUAN(6400), 6, 2 },
	{ "00301-377402-0--0", "Kubernetes environment set-up", "bluepeak",
	    SORT(MANUAL_STD, SELF_SERVICE, NONE, PLATFORM, EN), "", YUAN(16800), 1, 10 },
	{ "00301-288501-0--0", "智汇OA协同办公（私有化授权）", "zhihui",
	    SORT(LIC_OFFLINE, GENERIC, NONE, LICENCE, ZH), "year", YUAN(9900), 5, 5 },
	{ "00301-288502-0--0", "OA实施与培训服务（标准版）", "zhihui",
	    SORT(MANUAL_STD, JOINT, NONE, OFFICE, ZH), "", YUAN(22000), 1, 15 },
	{ "00301-288503-0--0", "智汇合同云", "zhihui",
	    SORT(SAAS, JOINT, NONE, OFFICE, ZH), "month", YUAN(260), 20, 1 },
	{ "00301-518005-0--0", "DataSafe Vault appliance, 2U", "datasafe",
	    SORT(HARDWARE, GENERIC, NONE, GOODS, EN), "", YUAN(86000), 2, 10 },
	{ "00301-518006-0--0", "Cloud Backup Pro 6, online code", "datasafe",
	    SORT(LIC_20, GENERIC, NONE, LICENCE, EN), "year", YUAN(5200), 5, 1 },
	{ "00301-624013-0--0", "龙云堡垒机 V6", "longyun",
	    SORT_BY(LIC_10, JOINT, BASE, LICENCE, ZH, SYSTEM), "year", YUAN(24000), 2, 3 },
	{ "00301-624014-0--0", "龙云一体机 L3", "longyun",
	    SORT(HARDWARE, JOINT, NONE, GOODS, ZH), "", YUAN(128000), 1, 15 },
	{ "00301-624015-0--0", "龙云容器平台（软件包）", "longyun",
	    SORT(LIC_PACKAGE, JOINT, NONE, LICENCE, ZH), "year", YUAN(32000), 1, 1 },
	{ "00301-730024-0--0", "WebWorks corporate website", "webworks",
	    SORT(MANUAL_SITE, GENERIC, NONE, WEBSITE, EN), "", YUAN(38000), 1, 30 },
	{ "00301-730025-0--0", "WebWorks CMS 8, one-click package", "webworks",
	    SORT(LIC_PACKAGE, GENERIC, NONE, LICENCE, EN), "year", YUAN(2900), 2, 1 },
	{ "00301-841104-0--0", "云迁灾备软件（授权码版）", "yunqian",
	    SORT(LIC_20, GENERIC, NONE, LICENCE, ZH), "year", YUAN(11800), 3, 1 },
	{ "00301-841105-0--0", "行业门户建设（赋能云）", "yunqian",
	    SORT(MANUAL_SITE, JOINT, EMPOWERMENT, WEBSITE, ZH), "", YUAN(58000), 1, 40 },
	{ "00301-902203-0--0", "灵枢BI（授权码版）", "lingshu",
	    SORT(LIC_20, JOINT, EMPOWERMENT, LICENCE, ZH), "year", YUAN(26000), 3, 2 },
	{ "00301-902204-0--0", "企业工商数据集（季度）", "lingshu",
	    SORT(DATA_FILE, GENERIC, NONE, DATA, ZH), "", YUAN(15000), 1, 5 },
	{ "00301-902205-0--0", "产业链图谱数据集", "lingshu",
	    SORT(DATA_FILE, JOINT, BASE, DATA, ZH), "", YUAN(42000), 1, 10 },
	{ "00301-455312-0--0", "SecureGate EDR 3.2", "securegate",
	    SORT_BY(LIC_10, GENERIC, NONE, LICENCE, EN, HARDWARE), "year", YUAN(7200), 10, 2 },
	{ "00301-455313-0--0", "SecureGate VPN gateway SG-200", "securegate",
	    SORT(HARDWARE, GENERIC, NONE, GOODS, EN), "", YUAN(18900), 3, 7 },
	{ "00301-377403-0--0", "BluePeak Service Desk", "bluepeak",
	    SORT(SAAS_OFFLINE, GENERIC, NONE, SAAS, EN), "month", YUAN(1900), 2, 7 },
	{ "00301-377404-0--0", "BluePeak Insight 3, online code", "bluepeak",
	    SORT(LIC_20, JOINT, NONE, LICENCE, EN), "year", YUAN(21000), 2, 2 },
	{ "00301-377405-0--0", "Retail demand data, 2024 to 2026", "bluepeak",
	    SORT(DATA_FILE, GENERIC, NONE, DATA, EN), "", YUAN(9600), 1, 4 },
	{ "00301-288504-0--0", "智汇人事云（实施交付）", "zhihui",
	    SORT(SAAS_OFFLINE, JOINT, EMPOWERMENT, SAAS, ZH), "year", YUAN(36000), 1, 15 },
	{ "00301-288505-0--0", "企业官网建设（标准版）", "zhihui",
	    SORT(MANUAL_SITE, GENERIC, NONE, WEBSITE, ZH), "", YUAN(19800), 1, 25 },
	{ "00301-288506-0--0", "智汇印章管理（硬件码授权）", "zhihui",
	    SORT_BY(LIC_10, GENERIC, NONE, LICENCE, ZH, HARDWARE), "year", YUAN(6800), 2, 3 },
};
const size_t cast_ware_count = sizeof(cast_wares) / sizeof(cast_wares[0]);

const struct company *cast_seller(const struct ware *ware)
{
	size_t i = cast_buyer_count;

	while (strcmp(cast_companies[i].id, ware->seller) != 0)
		i++;
	return &cast_companies[i];
}

static void put_company(struct json_writer *w, const struct company *company)
{
	json_open_object(w, NULL);
	json_put_text(w, "id", company->id);
	json_put_text(w, "name", company->name);
	json_put_text(w, "contact", company->people[0].name);
	json_put_text(w, "email", company->email);
	json_open_array(w, "users");
	for (size_t i = 0; i < 2 && company->people[i].id != NULL; i++) {
		json_open_object(w, NULL);
		json_put_text(w, "id", company->people[i].id);
		json_put_text(w, "name", company->people[i].name);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void put_companies(struct json_writer *w, const char *name, enum account_kind kind)
{
	json_open_array(w, name);
	for (size_t i = 0; i < cast_company_count; i++) {
		if (cast_companies[i].kind == kind)
			put_company(w, &cast_companies[i]);
	}
	json_close_array(w);
}

static void put_ware(struct json_writer *w, const struct ware *ware)
{
	char price[MONEY_TEXT];

	json_open_object(w, NULL);
	json_put_text(w, "id", ware->id);
	json_put_text(w, "name", ware->name);
	json_put_text(w, "seller", ware->seller);
	json_put_text(w, "delivery", names_word(&delivery_names, ware->delivery));
	json_put_text(w, "category", names_word(&category_names, ware->category));
	if (ware->track != TRACK_NONE)
		json_put_text(w, "track", names_word(&track_names, ware->track));
	if (ware->identifier != IDENTIFIER_NONE)
		json_put_text(
		    w, "identifier", names_word(&identifier_kind_names, ware->identifier));
	json_put_text(w, "currency", "CNY");
	if (ware->period[0] != '\0') {
		money_wire(ware->price, price);
		json_put_text(w, "price", price);
		json_put_text(w, "periodType", ware->period);
		json_put_int(w, "periodNumber", 1);
	}
	json_put_text(w, "acceptanceStandard", texts_standard(ware->subject, ware->tongue));
	json_put_text(w, "requirementTemplate", texts_template(ware->subject, ware->tongue));
	json_put_int(w, "deliveryDays", ware->days);
	json_close_object(w);
}

void cast_catalogue(struct buf *out)
{
	struct json_writer w;

	json_begin(&w, out, false);
	json_open_object(&w, NULL);
	json_put_int(&w, "koodesk-catalogue", 1);
	put_companies(&w, "sellers", ACCOUNT_SELLER);
	put_companies(&w, "buyers", ACCOUNT_BUYER);
	json_open_array(&w, "products");
	for (size_t i = 0; i < cast_ware_count; i++)
		put_ware(&w, &cast_wares[i]);
	json_close_array(&w);
	json_close_object(&w);
}
