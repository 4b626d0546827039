-- What a purchase counts by, averaged over the timeframe; the core keeps the sum and the number, exactly.
return accrue.key_phrase {
  title = "Average basket {timeframe} is {operator} {amount}",
  conditions = "past_purchases",
  variables = {
    operator = accrue.var.operator { of = "amount" },
    amount = accrue.var.money { min = "0.00" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "average",
  value = "amount",
  examples = {
    { vars = { amount = "40.00", timeframe = { last = "5 times" } }, sentence = "Average basket among the last 5 is at least 40.00" },
  },
}
