-- What an order is worth on average: the core adds up and counts, the comparison is exact.
return accrue.key_phrase {
  title = "Average order {timeframe} is {operator} {amount}",
  conditions = "past_purchases",
  variables = {
    operator = accrue.var.operator { of = "amount" },
    amount = accrue.var.money { min = "0.00" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "average",
  value = "amount",
  examples = {
    { vars = { amount = "400.00", timeframe = { last = "3 months" } }, sentence = "Average order in the last 3 months is at least 400.00" },
  },
}
