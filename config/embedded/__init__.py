"""The embedded home's server: pages, sockets, background worker and timetable in one process."""
