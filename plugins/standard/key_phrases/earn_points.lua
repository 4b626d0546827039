-- Positive awards and manual adjustments, less their reversals; transfers, imports, spending and expiry are no earning (domain N3).
return accrue.key_phrase {
  title      = "Points earned {timeframe} are {operator} {points}",
  conditions = "past_points",
  variables  = {
    operator  = accrue.var.operator { of = "points" },
    points    = accrue.var.points { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = function(movement)
    local reason, points = movement.reason, movement.points
    if (reason == "award" or reason == "adjust") and points > 0 then return points end
    if reason == "reversal" and points < 0 then return points end
    return 0
  end,
  examples   = {
    { vars = { points = 500, timeframe = { last = "6 months" } }, sentence = "Points earned in the last 6 months are at least 500" },
  },
}
