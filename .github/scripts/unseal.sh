#!/usr/bin/env bash
# unseal.sh FILE: the folder that seal.sh encrypted, in this one; fails with another PLAN_KEY.
set -euo pipefail
: "${PLAN_KEY:?is not set: docs/ci.md tells how to make it}"

openssl enc -d -aes-256-cbc -pbkdf2 -pass env:PLAN_KEY -in "$1" | tar -x
