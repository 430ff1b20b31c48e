"""What the tests stand on: settings, databases, server processes, a browser."""
