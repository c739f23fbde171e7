#!/usr/bin/env bash
# page.sh PAGE COMMAND…: keeps what a command prints as a page, adds why it failed where it did, shows the page in the
# run's summary, and ends with the command's own status; 1 is something found, so 2 where nothing was printed.
set -uo pipefail
page=$1
shift

"$@" 2>&1 > "$page" | tee "$page.errors" >&2
status=${PIPESTATUS[0]}
[ "$status" -ne 1 ] || [ -s "$page" ] || status=2
if [ "$status" -gt 1 ]; then
  printf '\n**Failed** with status %s:\n\n%s\n' "$status" "$(tail -n 20 "$page.errors" | sed 's/^/    /')" >> "$page"
fi
cat "$page" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$status"
