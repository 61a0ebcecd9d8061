# Beside market.sh: a service that ends in five days, paid by the year, and a trial that ends in
# two.
set -eu
now=$(date +%s)
stamp() { date -u -d "@$((now + $1 * 86400 - 1800))" +%Y%m%d%H%M%S; }

service() { # ID TYPE PRODUCT NAME FROM-DAY UNTIL-DAY PERIOD NUMBER AMOUNT
	cat >service.json <<-JSON
	{"resultCode":"MKT.0000","resultMsg":"Success","orderInfo":{
	 "orderId":"$1","orderType":"$2","createTime":"$(stamp "$5")","orderLine":[{
	 "orderLineId":"$1-000001","chargingMode":"PERIOD","periodType":"$7",
	 "periodNumber":$8,"expireTime":"$(stamp "$6")","productInfo":[{"productId":"$3",
	 "skuCode":"sku-1","linearValue":2,"productName":"$4"}],"currency":"$9",
	 "currencyAfterDiscount":"$9"}],"buyerInfo":{"customerId":"B1"}}}
	JSON
	"$KOODESK" --db market.db import service.json >>market.log
}

cat >prices.json <<-JSON
{"koodesk-catalogue":1,"products":[{"id":"OFFI1000000000000000005","name":"Mail gateway",
 "seller":"seller-datasafe","delivery":"saas","category":"generic","currency":"CNY",
 "price":"30.000","periodType":"month","periodNumber":1}]}
JSON
"$KOODESK" --db market.db import prices.json >>market.log
service CS2511270001IMAG NEW OFFI1000000000000000003 'Monitoring image' -360 5 year 1 1200.000
service CS2611090001TRIA TRIAL OFFI1000000000000000005 'Mail gateway' -13 2 day 15 0.000
