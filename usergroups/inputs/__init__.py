"""What comes in, checked: one frozen type per act, the same for every door."""
