#!/bin/sh
# The arguments are a file of words for a shell.
. "$1"
printf '{"changed": true, "greeting": "%s", "list": "%s", "nothing": "%s", "check": "%s", "diff": "%s", "private": "%s %s"}\n' \
  "$greeting" "$list" "$nothing" "$_ansible_check_mode" "$_ansible_diff" "$(stat -c %a "$(dirname "$1")")" "$(ls "$(dirname "$1")" | wc -l)"
