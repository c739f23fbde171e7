#!/usr/bin/env bash
# seal.sh FOLDER FILE: encrypts a folder with PLAN_KEY: whoever may read the repository may read its artifacts.
set -euo pipefail
: "${PLAN_KEY:?is not set: docs/ci.md tells how to make it}"

tar -c "$1" | openssl enc -aes-256-cbc -pbkdf2 -salt -pass env:PLAN_KEY -out "$2"
