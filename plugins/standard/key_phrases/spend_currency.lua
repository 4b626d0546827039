return accrue.key_phrase {
  title      = "Total spend {timeframe} is {operator} {amount}",
  conditions = "past_purchases",
  variables  = {
    operator  = accrue.var.operator { of = "amount" },
    amount    = accrue.var.money { min = "0.00", help = "by the program's amount basis; with a catalog, the lines let through" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = "amount",
  examples   = {
    { vars = { operator = ">", amount = "1000.00", timeframe = { last = "6 months" } },
      sentence = "Total spend in the last 6 months is more than 1000.00" },
  },
}
