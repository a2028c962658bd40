"""What pairing says to people: reasons, rules, obstacles and ways out, in their own language."""
