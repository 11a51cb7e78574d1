#!/bin/sh
echo '{"g": {"children": ["h"]}, "h": {"children": ["g"]}}'
