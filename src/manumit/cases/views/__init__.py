"""The pages of screenings, cases, referrals, and of each role's day."""
