"""The MCP App: one page, assembled from plain HTML, CSS and JavaScript."""
