"""What is asked for on the pages of screenings, cases and referrals."""
