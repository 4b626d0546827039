local compare = require "compare"

return accrue.constraint {
  title      = "Attribute {key} is {operator} {value}",
  conditions = { "purchase", "past_purchases", "event", "past_events" },
  variables  = {
    key      = accrue.var.text { help = "a field of the context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
    decimals = accrue.var.integer { default = 0, min = 0, max = 6, help = "of a field that is declared with some" },
  },
  accepts    = function(fact, vars) return compare(fact.context[vars.key], vars) end,
  examples   = { { vars = { key = "pump", value = "4" }, sentence = "Attribute pump is exactly 4" } },
}
