"""The language model: one protocol, one OpenAI-compatible client, pacing and prices."""
