#!/bin/sh
echo '{"msg": "from deep in a collection"}'
