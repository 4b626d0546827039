-- An event's quantity says how many times it was performed (domain N2).
return accrue.key_phrase {
  title      = "Number of times {event} occurred {timeframe} is {operator} {count}",
  conditions = "past_events",
  variables  = {
    event     = accrue.var.event(),
    operator  = accrue.var.operator { of = "count" },
    count     = accrue.var.integer { min = 0 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = "quantity",
  examples   = {
    { vars = { event = "member.update", count = 2, timeframe = { this = "month" } },
      sentence = "Number of times member.update occurred this month is at least 2" },
  },
}
