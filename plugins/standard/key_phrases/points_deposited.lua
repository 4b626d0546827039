-- Every lot that landed, whatever brought it (transfers and imports too), less reversals.
return accrue.key_phrase {
  title      = "Points deposited {timeframe} are {operator} {points}",
  conditions = "past_points",
  variables  = {
    operator  = accrue.var.operator { of = "points" },
    points    = accrue.var.points { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = function(movement)
    local points = movement.points
    if points > 0 or movement.reason == "reversal" then return points end
    return 0
  end,
  examples   = {
    { vars = { operator = ">", points = 1000, timeframe = { last = "6 months" } },
      sentence = "Points deposited in the last 6 months are more than 1000" },
  },
}
