# Makes market.db in the working folder: a small marketplace in which every order waits for
# something else. Orders are some hours and a half old, so that the hours on the screen stay the
# same while a test runs, whatever the day.
set -eu
proof=$PWD/proof now=$(date +%s)
mkdir -p "$proof"
printf 'The statement of work.\nSigned by both parties.\n' >"$proof/plan.txt"
printf 'Installed, and one restore was done.\n' >"$proof/report.md"
printf 'A picture of the empty backup list.\n' >"$proof/empty-list.txt"

k() { "$KOODESK" --db market.db "$@" >>market.log; }

order() { # ID PRODUCT NAME HOURS-AGO AMOUNT
	when=$(date -u -d "@$((now - $4 * 3600 - 1800))" +%Y%m%d%H%M%S)
	ends=$(date -u -d "@$((now - $4 * 3600 + 31536000))" +%Y%m%d%H%M%S)
	cat >order.json <<-JSON
	{"resultCode":"MKT.0000","resultMsg":"Success","orderInfo":{
	 "orderId":"$1","orderType":"NEW","createTime":"$when","orderLine":[{
	 "orderLineId":"$1-000001","chargingMode":"PERIOD","periodType":"year",
	 "periodNumber":1,"expireTime":"$ends","productInfo":[{"productId":"$2",
	 "skuCode":"sku-1","linearValue":1,"productName":"$3"}],"currency":"$5",
	 "currencyAfterDiscount":"$5"}],"buyerInfo":{"customerId":"B1",
	 "customerName":"north_harbour","customerRealName":"北港物流","userName":"north_harbour"}}}
	JSON
	k import order.json
}

backup=OFFI1000000000000000001 migration=OFFI1000000000000000002
k import "$srcdir/tests/data/catalogue.json"
order CS2611210001WAIT $backup 'Cloud Backup Pro' 3 120.000
order CS2611210002DLVD $backup 'Cloud Backup Pro' 5 980.000
order CS2611210003REJ3 $backup 'Cloud Backup Pro' 7 64.000
order CS2611210004REQU $migration 'ERP 上云迁移' 9 52000.000
order CS2611210005CONF $migration 'ERP 上云迁移' 11 48000.000
order CS2611210006APPL $backup 'Cloud Backup Pro' 13 300.000
order CS2611210007OLDE $backup 'Cloud Backup Pro' 150 75.500
order CS2611210008COMP $backup 'Cloud Backup Pro' 15 10.000

buyer() { k --as north_harbour do "$@"; }
seller() { k --as datasafe do "$@"; }
deliver() { seller deliver "$1" --set 'result=Licence installed' --file "sow=$proof/plan.txt" \
	--file "acceptance=$proof/report.md"; }
deliver CS2611210002DLVD
for reason in 'No licence' 'Wrong licence' 'Still the wrong one'; do
	deliver CS2611210003REJ3
	buyer reject CS2611210003REJ3 --set "reason=$reason"
done
buyer submit-requirement CS2611210005CONF --set 'requirement=两个仓库的 ERP, in one weekend'
deliver CS2611210006APPL
buyer appeal CS2611210006APPL --set ground=not-as-agreed --set 'reason=Restores fail' \
	--set 'claim=A refund' --file "evidence=$proof/empty-list.txt"
deliver CS2611210008COMP
buyer accept CS2611210008COMP
rm -f order.json
