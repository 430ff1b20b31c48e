"""Every write of dispatch: who gets a job, what the crew does with it, and its proof."""
