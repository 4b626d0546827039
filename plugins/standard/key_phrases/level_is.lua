-- Levels by their order in the program, lowest first; a member in none stands below them all.
local holds = require "holds"

return accrue.key_phrase {
  title      = "Level is {operator} {level}",
  conditions = "profile",
  variables  = {
    level    = accrue.var.level(),
    operator = accrue.var.operator { of = "level", default = "=" },
  },
  test       = function(member, vars)
    local at = member.level and member.level_order[member.level] or 0
    return holds(vars.operator, at, member.level_order[vars.level]), at
  end,
  examples   = {
    { vars = { level = "Gold" }, sentence = "Level is exactly Gold" },
    { vars = { level = "Gold", operator = ">=" }, sentence = "Level is at least Gold" },
  },
}
