#!/usr/bin/env bash
# run-jobs.sh ENVIRONMENT: runs each project's jobs in the order in which data flows; prints a table of how they ended.
set -uo pipefail
settings=${SETTINGS:-infra/environments}/$1.yaml
projects=$(pipenv run python -c 'import sys, yaml; print(*yaml.safe_load(sys.stdin)["projects"])' < "$settings") || exit

printf '### Jobs in %s\n\n| job | result | seconds |\n|---|---|---:|\n' "$1"
failed=0
for project in $projects; do
  for job in ingest training inference monitoring; do
    start=$SECONDS
    if pipenv run python -m pipelines run "$project-$job" >&2; then
      printf '| %s-%s | succeeded | %s |\n' "$project" "$job" $((SECONDS - start))
    else
      printf '| %s-%s | **failed** | %s |\n' "$project" "$job" $((SECONDS - start))
      failed=2
      break # the later ones stand on it
    fi
  done
done
exit "$failed"
