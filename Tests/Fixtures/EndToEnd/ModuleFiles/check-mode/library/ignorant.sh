#!/bin/sh
touch /nonexistent/file
echo '{"changed": false}'
