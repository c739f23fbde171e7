"""Dashboards as code: a typed builder of AI/BI dashboards, and a project's dashboard made with it."""
