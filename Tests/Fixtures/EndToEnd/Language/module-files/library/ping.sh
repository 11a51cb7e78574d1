#!/bin/sh
echo '{"ping": "of our own"}'
