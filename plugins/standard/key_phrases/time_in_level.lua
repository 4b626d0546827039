-- Counted from the entry into the present level: days and longer by the calendar of the member's zone, hours and shorter exactly.
local holds = require "holds"

local clock = { second = true, minute = true, hour = true }

return accrue.key_phrase {
  title      = "Time in the present level is {operator} {duration}",
  conditions = "profile",
  variables  = {
    operator = accrue.var.operator { of = "duration" },
    duration = accrue.var.duration(),
  },
  test       = function(member, vars)
    local since, now = member.level_since, accrue.now()
    if not since then return false end
    local days = now:days_since(since)
    if clock[vars.duration.unit] then return holds(vars.operator, now, since:add(vars.duration)), days end
    return holds(vars.operator, now:date(), since:add(vars.duration):date()), days
  end,
  examples   = {
    { vars = { duration = "90 days" }, sentence = "Time in the present level is at least 90 days" },
  },
}
