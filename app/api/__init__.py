"""Routes: each reads its request, calls one method, and answers."""
