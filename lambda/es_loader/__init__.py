"""es_loader: from an object in the log bucket to ECS documents in OpenSearch."""
