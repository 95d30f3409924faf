"""What the alliance sees of all organisations: who records, who has stopped, whom to call first and why."""
