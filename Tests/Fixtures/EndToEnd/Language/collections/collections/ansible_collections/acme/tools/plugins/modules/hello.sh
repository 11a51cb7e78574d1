#!/bin/sh
# WANT_JSON
echo "{\"changed\": false, \"who\": \"acme.tools.hello\", \"args\": $(cat "$1")}"
