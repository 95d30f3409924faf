"""What a cooperative packs: the numbers of its cartons and pallets."""
