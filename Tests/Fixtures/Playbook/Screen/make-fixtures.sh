#!/bin/sh
# Writes what ansible-playbook (ansible-core 2.19, on PATH) prints for site.yml under several settings: make-fixtures.sh
set -eu
cd "$(dirname "$0")"
inventory=$(mktemp)
trap 'rm -f "$inventory" /tmp/screen.txt' EXIT
python=$(command -v python3)
cat >"$inventory" <<END
web ansible_connection=local ansible_python_interpreter=$python
other ansible_connection=local ansible_host=10.0.0.9 ansible_python_interpreter=$python
down ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1
[nobody]
END
show() {
  name=$1
  shift
  printf 'old\n' >/tmp/screen.txt
  env "$@" ANSIBLE_LOCALHOST_WARNING=0 ansible-playbook -i "$inventory" --diff ${flags:-} site.yml 2>/dev/null |
    sed "s|$PWD|/play|g" >"$name.txt" || true
}
show plain ANSIBLE_NOCOLOR=1
show color ANSIBLE_FORCE_COLOR=1
flags=-v show verbose ANSIBLE_SHOW_CUSTOM_STATS=1
show yaml ANSIBLE_CALLBACK_RESULT_FORMAT=yaml
show quiet ANSIBLE_DISPLAY_SKIPPED_HOSTS=0 ANSIBLE_DISPLAY_OK_HOSTS=0
sed -i '/^No config file found/d' verbose.txt
