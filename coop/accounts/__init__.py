"""Organisations, the API keys they present, and the signing keys that the operator keeps for them."""
