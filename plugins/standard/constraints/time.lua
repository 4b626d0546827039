return accrue.constraint {
  title      = "{timeframe}",
  conditions = { "purchase", "past_purchases", "event", "past_events", "points", "past_points", "sequence" },
  variables  = { timeframe = accrue.var.timeframe() },
  window     = function(vars, now) return vars.timeframe:window(now) end,
  examples   = { { vars = { timeframe = { last = "30 days" } }, sentence = "in the last 30 days" } },
}
