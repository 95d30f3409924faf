"""What an organisation's people know and no log needs: units by the sack, nicknames, kinds, telephone numbers."""
