"""Who may do what with a workspace's objects: jobs, warehouses, experiments, endpoints, directories."""
