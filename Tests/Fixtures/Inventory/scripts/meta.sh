#!/bin/sh
[ "$1" = --list ] || exit 3
cat <<'J'
{"web": {"hosts": ["a", "b"], "vars": {"x": 1, "ansible_group_priority": 5}, "children": ["sub"]}, "sub": ["c"], "lone": {"v": 2},
 "empty": {}, "all": {"vars": {"g": "é"}, "hosts": ["z"]}, "_meta": {"hostvars": {"a": {"n": 1.5, "t": "{{ x }}"}, "ghost": {"q": 1}}}}
J
