local compare = require "compare"

return accrue.key_phrase {
  title      = "Purchase attribute {key} is {operator} {value}",
  conditions = "purchase",
  variables  = {
    key      = accrue.var.text { help = "a field of the purchase's context" },
    operator = accrue.var.operator { of = "value", default = "=" },
    value    = accrue.var.text(),
    decimals = accrue.var.integer { default = 0, min = 0, max = 6, help = "of a field that is declared with some" },
  },
  test       = function(purchase, vars) return compare(purchase.context[vars.key], vars) end,
  examples   = {
    { vars = { key = "pump", operator = "=", value = "4" }, sentence = "Purchase attribute pump is exactly 4" },
  },
}
