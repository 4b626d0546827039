-- The day where it happened: in the zone of the store when the program gives one, else in the program's (domain C13).
local names <const> = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }

return accrue.constraint {
  title      = "on {days}",
  conditions = { "purchase", "past_purchases", "event", "past_events", "points", "past_points", "sequence" },
  variables  = { days = accrue.var.days { help = "monday or mon, tuesday ...; need not be adjacent" } },
  accepts    = function(fact, vars) return vars.days[names[fact.local_time.weekday]] end,
  examples   = { { vars = { days = { "tue", "thu" } }, sentence = "on Tuesday, Thursday" } },
}
