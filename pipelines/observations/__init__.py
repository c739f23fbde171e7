"""What can be measured of how the jobs, the endpoint and the tables of a project do."""
