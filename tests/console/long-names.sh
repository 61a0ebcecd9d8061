# Beside market.sh: one requirement more that waits for the seller, of a product with a long name.
. "$srcdir/tests/console/market.sh"
order CS2611210009LONG $migration \
	'华东华南两大区域全部仓库与门店的企业资源计划系统上云迁移服务（含数据核对）' 2 7.000
buyer submit-requirement CS2611210009LONG --set 'requirement=两个大区'
rm -f order.json
