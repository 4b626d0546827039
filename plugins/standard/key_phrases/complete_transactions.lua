return accrue.key_phrase {
  title      = "Number of transactions {timeframe} is {operator} {count}",
  conditions = "past_purchases",
  variables  = {
    operator  = accrue.var.operator { of = "count" },
    count     = accrue.var.integer { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "count",
  examples   = {
    { vars = { count = 10, timeframe = { last = "90 days" } }, sentence = "Number of transactions in the last 90 days is at least 10" },
  },
}
