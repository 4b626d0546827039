-- One measure for the purchase of this moment and for history; the path is followed without entering Lua.
return accrue.key_phrase {
  title = "Cups of coffee {timeframe} are {operator} {count}",
  conditions = { "purchase", "past_purchases" },
  variables = {
    operator = accrue.var.operator { of = "count" },
    count = accrue.var.integer { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "sum",
  value = "items.context.cups",
  examples = { { vars = { count = 3 }, sentence = "Cups of coffee are at least 3" } },
}
