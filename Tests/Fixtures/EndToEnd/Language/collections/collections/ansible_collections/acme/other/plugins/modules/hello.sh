#!/bin/sh
# WANT_JSON
echo "{\"changed\": false, \"who\": \"acme.other.hello\"}"
