#!/usr/bin/env bash
# drift-issue.sh ENVIRONMENT…: one issue labelled `drift` says what drift.sh found in these; it is closed once each of
# them was looked at and nothing was found. Fails where one was not looked at.
set -euo pipefail
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
export GH_REPO=$GITHUB_REPOSITORY

body=$(mktemp) drifted="" unseen=""
printf '[The run](%s) found changes that nobody made in the code: make them there, or deploy to undo them.\n' "$run" > "$body"
for environment in "$@"; do
  case $(cat "drift/$environment.status" 2> /dev/null || echo none) in
    0) ;;
    1) drifted+=" $environment"; printf '\n## %s\n\n%s\n' "$environment" "$(head -c 15000 "drift/$environment.md")" >> "$body" ;;
    *) unseen+=" $environment"; printf '\n## %s\n\nCould not be looked at.\n' "$environment" >> "$body" ;;
  esac
done

number=$(gh issue list --label drift --state open --json number --jq '.[0].number // empty')
if [ -n "$drifted" ] && [ -n "$number" ]; then
  gh issue edit "$number" --title "Drift:$drifted" --body-file "$body"
elif [ -n "$drifted" ]; then
  gh label create drift --force --description "Changes made outside of the code"
  gh issue create --title "Drift:$drifted" --label drift --body-file "$body"
elif [ -z "$unseen" ] && [ -n "$number" ]; then
  gh issue close "$number" --comment "Nothing drifts any more: $run"
fi
[ -z "$unseen" ] || { echo "not looked at:$unseen" >&2; exit 1; }
