return accrue.key_phrase {
  title = "Spent {timeframe} is {operator} {amount}",
  conditions = "past_purchases",
  variables = {
    operator = accrue.var.operator { of = "amount" },
    amount = accrue.var.money(),
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "sum",
  value = "amount",
}
