-- Of the facts of a calendar day, week, month or year in the member's zone those that came first count.
return accrue.constraint {
  title      = "counting at most {times} per {per}",
  conditions = { "past_purchases", "past_events", "past_points", "sequence" },
  variables  = {
    times = accrue.var.integer { min = 1 },
    per   = accrue.var.choice { of = { "day", "week", "month", "year" } },
  },
  rate       = function(vars) return vars.times, vars.per end,
  examples   = { { vars = { times = 1, per = "day" }, sentence = "counting at most 1 per day" } },
}
