"""The environments' workspaces: made in one of the clouds, or taken as they are."""
