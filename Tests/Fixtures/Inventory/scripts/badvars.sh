#!/bin/sh
echo '{"g": {"vars": [1]}}'
