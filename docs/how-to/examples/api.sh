#!/bin/sh
# KEYUAN=http://127.0.0.1:6543 KEY=ky_… sh docs/how-to/examples/api.sh
set -eu
api() {
    curl --silent --show-error --header "Authorization: Bearer $KEY" --header 'Content-Type: application/json' "$@"
    echo
}
number() { sed 's/^{"id": \([0-9]*\).*/\1/'; }
leads=$KEYUAN/api/v1/crm_leads.lead

# Who am I here, and what may I read?
api "$KEYUAN/api/v1/"

# Make one, and ask again as if the first answer had been lost
order='{"title": "Asks by the website", "person": "Ada Byron", "phone": "+65 9123 4567", "expected_revenue": "1200.50"}'
first=$(api "$leads" --data "$order" --header "Idempotency-Key: website-$$-1")
again=$(api "$leads" --data "$order" --header "Idempotency-Key: website-$$-1")
test "$first" = "$again"
id=$(echo "$first" | number)

# Several at once: all of them or none
api "$leads" --data '[{"title": "Row one"}, {"title": "Row two", "priority": "high"}]'

# Look for records
api --get "$leads" --data fields=title,expected_revenue,owner --data f=state:eq:new --data order=-created_at \
    --data limit=2 --data count=1

# Read one with its headers
api --include "$leads/$id?fields=title,state,expected_revenue"

# Change it, as long as it is what was seen
api --request PATCH "$leads/$id?fields=title,phone" --header 'If-Match: "1"' --data '{"title": "Asks again"}'

# The same field from an old version: nothing is written
api --request PATCH "$leads/$id" --header 'If-Match: "1"' --data '{"title": "Asks in vain"}'

# Take a step with its arguments
api --request POST "$leads/$id/take" --data '{"due": "2030-12-31"}'

# What cannot be meant is told at its place
api "$leads" --data '{"title": 5, "state": "closed", "colour": "red"}'

# What there is, described for this key
api --output openapi.json "$KEYUAN/api/v1/openapi.json"
