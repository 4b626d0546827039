-- One phrase for every unit, so `number` has the six decimals that hold them all, and the value is given in the same.
local measure = require "measure"

local units = { currency = "spend", items = "items", transactions = "transactions" }

return accrue.key_phrase {
  title      = "Total of {unit} {timeframe} is {operator} {number}",
  conditions = "past_purchases",
  variables  = {
    unit      = accrue.var.text { help = "currency, items, transactions, or a context field" },
    operator  = accrue.var.operator { of = "number" },
    number    = accrue.var.decimal { scale = 6, min = "0" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate  = "sum",
  value      = function(purchase, vars)
    if vars.unit == "transactions" then return 1000000 end
    return measure.of(purchase, units[vars.unit] or vars.unit)
  end,
  examples   = {
    { vars = { unit = "currency", number = "1000.00", timeframe = { last = "1 year" } },
      sentence = "Total of currency in the last 1 year is at least 1000.00" },
    { vars = { unit = "litres", number = "500" }, sentence = "Total of litres is at least 500" },
  },
}
