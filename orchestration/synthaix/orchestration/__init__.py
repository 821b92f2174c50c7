"""The engine: from a request to exactly N committed rows. It knows nothing of MCP."""
