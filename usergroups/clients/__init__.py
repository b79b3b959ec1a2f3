"""The network, one thin class each. Called from federation, jobs and cli only."""
