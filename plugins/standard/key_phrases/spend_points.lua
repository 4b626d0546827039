-- Redemptions net of cancelled ones, which give points back; expiry, reversal and deduction are no spending (domain N4).
return accrue.key_phrase {
  title      = "Points spent {timeframe} are {operator} {points}",
  conditions = "past_points",
  variables  = {
    operator  = accrue.var.operator { of = "points" },
    points    = accrue.var.points { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = function(movement)
    if movement.reason == "spend" then return -movement.points end
    return 0
  end,
  examples   = {
    { vars = { points = 200, timeframe = { this = "year" } }, sentence = "Points spent this year are at least 200" },
  },
}
