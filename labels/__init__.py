"""What is stuck on goods: symbols, designs, sheets, and printing them. Pure: no database, no framework, no clock."""
