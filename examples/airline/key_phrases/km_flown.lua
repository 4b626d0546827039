-- A field of the airline's own events, added up over any window.
return accrue.key_phrase {
  title = "Kilometres of {event} events {timeframe} are {operator} {km}",
  conditions = "past_events",
  variables = {
    event = accrue.var.event { default = "flight" },
    operator = accrue.var.operator { of = "km" },
    km = accrue.var.decimal { scale = 1, min = "0.0" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "sum",
  value = "context.km",
  examples = {
    { vars = { event = "flight", km = "30000.0", timeframe = { this = "year" } },
      sentence = "Kilometres of flight events this year are at least 30000.0" },
  },
}
