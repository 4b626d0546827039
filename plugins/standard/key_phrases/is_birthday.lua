local yearly = require "yearly"

return accrue.key_phrase {
  title      = "It is the {within} of the member's birthday",
  conditions = "profile",
  variables  = {
    within = accrue.var.choice { of = { "day", "week", "month" }, default = "day", help = "week: from Monday; month: of the calendar" },
  },
  test       = function(member, vars)
    if not member.birthday then return false end
    return yearly.falls(member.birthday, accrue.now(), vars.within)
  end,
  examples   = {
    { vars = {}, sentence = "It is the day of the member's birthday" },
    { vars = { within = "month" }, sentence = "It is the month of the member's birthday" },
  },
}
