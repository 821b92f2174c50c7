"""What an agent can call: one file per MCP tool, named as the tool."""
