"""What the tests of this folder know about people."""

PASSWORD = "a long enough password"
