"""The ML pipelines that run as jobs; what is special to one ML project is in pipelines.projects."""
