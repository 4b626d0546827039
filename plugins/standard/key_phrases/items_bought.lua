return accrue.key_phrase {
  title      = "Number of items bought {timeframe} is {operator} {count}",
  conditions = "past_purchases",
  variables  = {
    operator  = accrue.var.operator { of = "count" },
    count     = accrue.var.integer { min = 0, help = "quantities added up; a line without one counts 1" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = "items.quantity",
  examples   = { { vars = { count = 12, timeframe = "lifetime" }, sentence = "Number of items bought is at least 12" } },
}
