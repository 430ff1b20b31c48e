"""A city at work, played from outside: everything goes over the HTTP and sockets of a running server."""
