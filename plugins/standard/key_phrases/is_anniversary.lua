-- The day of joining itself is no anniversary.
local yearly = require "yearly"

return accrue.key_phrase {
  title      = "It is the {within} of the member's joining anniversary",
  conditions = "profile",
  variables  = {
    within = accrue.var.choice { of = { "day", "week", "month" }, default = "day", help = "week: from Monday; month: of the calendar" },
  },
  test       = function(member, vars)
    local now = accrue.now()
    return yearly.falls(member.joined:date(), now, vars.within), yearly.years(member.joined:date(), now)
  end,
  examples   = {
    { vars = {}, sentence = "It is the day of the member's joining anniversary" },
    { vars = { within = "week" }, sentence = "It is the week of the member's joining anniversary" },
  },
}
