#!/usr/bin/env bash
# unseal.sh FILE: the folder that seal.sh encrypted, in this one; fails where the file is not what was sealed.
set -euo pipefail
: "${PLAN_KEY:?is not set: docs/ci.md tells how to make it}"

gpg --batch --quiet --pinentry-mode loopback --passphrase-fd 3 --output "$1.tar" --decrypt "$1" 3<<< "$PLAN_KEY"
tar -xf "$1.tar"
rm "$1.tar"
