"""Who fixes it: crews, jobs, proofs; the desk's and the crew's pages."""
