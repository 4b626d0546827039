-- One movement, not a sum over time (see earn_points and spend_points for that). Points are counted without their sign.
return accrue.key_phrase {
  title      = "Event {event} of {operator} {points} points",
  conditions = "points",
  variables  = {
    event    = accrue.var.event { help = "points.earned, points.spent or points.expired" },
    operator = accrue.var.operator { of = "points" },
    points   = accrue.var.points { min = 0, default = 1 },
  },
  value      = function(movement) return math.abs(movement.points) end,
  examples   = {
    { vars = { event = "points.earned", points = 500 }, sentence = "Event points.earned of at least 500 points" },
  },
}
