"""People: invitations, passkeys, sessions, and the signing keys that their phones ask to have admitted.

Names and telephone numbers of people stand in these tables and nowhere else: the log knows keys and organisations.
"""
