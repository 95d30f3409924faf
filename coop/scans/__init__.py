"""How often, when and roughly where a tem was scanned, and when its second layer was first opened."""
