#!/bin/sh
echo '{"msg": "from a collection"}'
