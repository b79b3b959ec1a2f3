"""Numbers looking ahead: pure, what they are asked about comes in, scores and reasons go out."""
