-- Zero and negative numbers are allowed: balances may be negative (domain O3).
return accrue.key_phrase {
  title      = "Current point balance is {operator} {points}",
  conditions = "total_points",
  variables  = {
    operator = accrue.var.operator { of = "points" },
    points   = accrue.var.points(),
  },
  value      = "points",
  examples   = { { vars = { operator = ">", points = 1000 }, sentence = "Current point balance is more than 1000" } },
}
