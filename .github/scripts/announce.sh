#!/usr/bin/env bash
# announce.sh RESULTS PAGE: how a release went, as a comment on the one issue labelled `release`; who subscribes to it is told.
set -euo pipefail
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

body=$(mktemp)
printf '## %s to prod: %s\n\n[The run](%s), of commit %s\n\n' "$GITHUB_REF_NAME" "$1" "$run" "$GITHUB_SHA" > "$body"
[ ! -s "$2" ] || head -c 60000 "$2" >> "$body"

export GH_REPO=$GITHUB_REPOSITORY
number=$(gh issue list --label release --state open --json number --jq '.[0].number // empty')
if [ -z "$number" ]; then
  gh label create release --force --description "What is released to prod"
  number=$(basename "$(gh issue create --title "Releases to prod" --label release --body "A comment for each one.")")
fi
gh issue comment "$number" --body-file "$body"
