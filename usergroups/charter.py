"""The federation's rules for groups: facts in, pass or fail with evidence out. Nothing else."""
