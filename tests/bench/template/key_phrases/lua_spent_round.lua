return accrue.key_phrase {
  title = "Whole tens spent {timeframe} are {operator} {tens}",
  conditions = "past_purchases",
  variables = {
    operator = accrue.var.operator { of = "tens" },
    tens = accrue.var.integer { min = 1 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "sum",
  value = function(purchase)
    return purchase.amount // 1000
  end,
}
