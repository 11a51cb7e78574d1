#!/bin/sh
# Writes the envelopes beside this script with the ansible-vault on PATH: make-fixtures.sh
set -eu
cd "$(dirname "$0")"
password=$(mktemp)
trap 'rm -f "$password"' EXIT
printf 'correct horse\n' >"$password"
seal() { printf '%s' "$2" | ansible-vault encrypt --vault-id "$3@$password" --encrypt-vault-id "$3" --output "$1" - 2>/dev/null; }
rm -f ./*.vault
seal 1.1.vault 'user: käse
' default
seal 1.2.vault 'token: 12345' prod
seal empty.vault '' default
seal block.vault '0123456789abcdef' default
