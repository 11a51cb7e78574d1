#!/bin/sh
echo "{\"a\": }"
