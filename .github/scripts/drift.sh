#!/usr/bin/env bash
# drift.sh ENVIRONMENT: keeps what has changed outside of the code, and whether anything has, in the folder drift.
# Fails where that could not be seen.
set -uo pipefail
mkdir -p drift

"$(dirname "$0")/page.sh" "drift/$1.md" pipenv run python -m infra drift "$1" --format markdown
status=$?
echo "$status" > "drift/$1.status"
[ "$status" -le 1 ]
