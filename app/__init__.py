"""The classroom server: runs, their events, and the page that shows them."""
