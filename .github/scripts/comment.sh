#!/usr/bin/env bash
# comment.sh NUMBER KIND PAGE: the pull request's one comment of that kind says what the page says.
set -euo pipefail
number=$1 kind=$2 page=$3
marker="<!-- $kind -->"
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

body=$(mktemp)
printf '%s\n' "$marker" > "$body"
if [ -s "$page" ]; then
  head -c 60000 "$page" >> "$body" # a comment has room for 65,536 characters; the run's summary has all
else
  printf '**There is no %s**: what comes before it failed.\n' "$kind" >> "$body"
fi
printf '\n\n[The run](%s)\n' "$run" >> "$body"

comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
id=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body" --silent
else
  gh pr comment "$number" --repo "$GITHUB_REPOSITORY" --body-file "$body"
fi
