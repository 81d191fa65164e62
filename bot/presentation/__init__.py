"""Discord pieces that the commands share: the message of a job, its words and its delivery."""
