#!/bin/sh
echo '{"_meta": 1}'
