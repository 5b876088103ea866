"""For those who run and test the server: logs, figures, moments at which a test kills it."""
