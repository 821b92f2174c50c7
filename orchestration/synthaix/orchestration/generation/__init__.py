"""How cells are made: strategies, plan, samplers, pools, LLM fill, validation."""
