-- Attributes are what member.join and member.update said: numbers as written, true and false as these words.
local compare = require "compare"

return accrue.key_phrase {
  title      = "Member's {key} is {operator} {value}",
  conditions = "profile",
  variables  = {
    key      = accrue.var.text { help = "an attribute of the member" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
  },
  test       = function(member, vars) return compare(member.attributes[vars.key], vars) end,
  examples   = {
    { vars = { key = "city", value = "Leeds" }, sentence = "Member's city is exactly Leeds" },
    { vars = { key = "children", operator = ">=", value = "2" }, sentence = "Member's children is at least 2" },
  },
}
