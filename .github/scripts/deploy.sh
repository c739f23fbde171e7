#!/usr/bin/env bash
# deploy.sh ENVIRONMENT: applies what a review has planned. Findings stop nothing here: the pull request has shown them,
# and who merged it has decided. What can't be reviewed is not applied.
set -euo pipefail
environment=$1

"$(dirname "$0")/page.sh" "$environment.md" \
  pipenv run python -m infra review "$environment" --keep plans --format markdown || [ $? -eq 1 ]
pipenv run python -m infra apply plans "$environment"
