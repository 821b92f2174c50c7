"""What runs: the MCP process and the command line."""
