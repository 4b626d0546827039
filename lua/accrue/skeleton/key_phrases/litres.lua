-- A measure: the same phrase for the purchase at hand and over history. The core compares it by the operator.
return accrue.key_phrase {
  title      = "Litres of fuel bought {timeframe} is {operator} {litres}",
  conditions = { "purchase", "past_purchases" },
  variables  = {
    operator  = accrue.var.operator { of = "litres" },
    litres    = accrue.var.decimal { scale = 2, min = "0.00" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",                 -- over history the values are added up
  value      = "items.context.litres", -- a path needs no Lua; write function(purchase, vars) where none will do
  examples   = {
    { vars = { litres = "30.00" }, sentence = "Litres of fuel bought is at least 30.00" },
    { vars = { litres = "100.00", timeframe = { this = "month" } },
      sentence = "Litres of fuel bought this month is at least 100.00" },
  },
}
