"""The doors: what comes in over HTTP and what may go out, before and after the routes."""
