-- True once, at the event that brings the total to the number or past it. Of an event its quantity is added up (domain N2); what is
-- returned lowers the total, and reaching it again does not count.
local measure = require "measure"

local units = { currency = "spend", items = "items", transactions = "transactions" }

return accrue.key_phrase {
  title      = "The total of [{event} events|{unit}] reaches {total}",
  conditions = "sequence",
  variables  = {
    event    = accrue.var.event { optional = true, help = "counted by its quantity; `purchase` counts purchases" },
    unit     = accrue.var.text { optional = true, help = "of purchases: currency, items, transactions, or a context field" },
    total    = accrue.var.decimal { scale = 6, min = "0.000001" },
  },
  aggregate  = "sum",
  reaches    = "total",
  check      = function(vars)
    if (vars.event == nil) == (vars.unit == nil) then error("crosses_total needs either event or unit", 0) end
  end,
  value      = function(fact, vars)
    if fact.type ~= "purchase" then return fact.quantity * 1000 end
    if not vars.unit or vars.unit == "transactions" then return 1000000 end
    return measure.of(fact, units[vars.unit] or vars.unit)
  end,
  examples   = {
    { vars = { unit = "currency", total = "1000.00" }, sentence = "The total of currency reaches 1000.00" },
    { vars = { event = "member.update", total = "10" }, sentence = "The total of member.update events reaches 10" },
  },
}
