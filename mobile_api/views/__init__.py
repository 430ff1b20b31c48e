"""The API's views: each names its permission and its limit."""
