#!/bin/sh
if [ "$1" = --list ]; then echo '{"mark": {"vars": {"__ansible_vault": 1}}}'; else echo '{}'; fi
