# Adds to the marketplace of market.sh what a stranger with bad intentions would: a product, a
# seller and a file name with escape sequences, control characters and turned reading order.
. "$srcdir/tests/console/market.sh"
cat >evil.json <<'JSON'
{"koodesk-catalogue":1,
 "sellers":[{"id":"evil","name":"Evil\u001b]52;c;aGk=\u0007\u202e.oC",
  "users":[{"id":"evil","name":"\u009b31mE"}]}],
 "products":[{"id":"OFFI9","name":"A\u001b[31mB\u009bC\u202eD\u0007E\u2066F","seller":"evil",
  "delivery":"lic-offline","category":"generic","currency":"CNY",
  "acceptanceStandard":"one\u001b[2Jtwo three\u202efour\u001b[5n"}]}
JSON
k import evil.json
order CS2611210009EVIL OFFI9 'A\u001b[31mB\u009bC\u202eD\u0007E\u2066F' 1 66.000
printf 'x' >"$(printf 'proof/a\033[31mb\342\200\256c.txt')"
k --as evil do deliver CS2611210009EVIL \
	--set "result=$(printf 'see\033]0;title\007here\302\233x')" --file "sow=$proof/plan.txt" \
	--file "acceptance=$(printf 'proof/a\033[31mb\342\200\256c.txt')"
