local compare = require "compare"
local written = require "written"

return accrue.constraint {
  title      = "with {key} {operator} {value}",
  conditions = { "purchase", "past_purchases", "event", "past_events", "sequence" },
  variables  = {
    key      = accrue.var.text { help = "a field of the context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
  },
  accepts    = function(fact, vars) return compare(written(fact, vars.key), vars) end,
  examples   = { { vars = { key = "pump", value = "4" }, sentence = "with pump exactly 4" } },
}
