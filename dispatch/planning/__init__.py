"""Planning a district's day: who does what, in which order.

- `problem`: the question as plain data, in seconds and places of a table of ways.
- `schedule`: when a crew gets where, on a given route. `greedy`: a plan at once, and one job more in a plan.
- `child`: the better plan, by VROOM, in a process of its own, which runs `solver`; nobody imports that.
- `question`: the same with what its tasks stand for, as it is stored. `gather`: the one that a district asks
  now, from its `crews` and what waits, by `numbering`.
"""
