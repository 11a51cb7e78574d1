#!/bin/sh
echo '{"msg": "from the library of the role"}'
