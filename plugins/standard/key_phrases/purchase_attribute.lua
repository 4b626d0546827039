local compare = require "compare"
local written = require "written"

return accrue.key_phrase {
  title      = "Purchase attribute {key} is {operator} {value}",
  conditions = "purchase",
  variables  = {
    key      = accrue.var.text { help = "a field of the purchase's context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
  },
  test       = function(purchase, vars) return compare(written(purchase, vars.key), vars) end,
  examples   = {
    { vars = { key = "pump", operator = "=", value = "4" }, sentence = "Purchase attribute pump is exactly 4" },
  },
}
