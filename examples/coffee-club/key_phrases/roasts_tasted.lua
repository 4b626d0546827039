-- A test in Lua: different roasts on one receipt.
local roasts = require "roasts"

return accrue.key_phrase {
  title = "At least {count} different roasts are in the purchase",
  conditions = "purchase",
  variables = { count = accrue.var.integer { min = 2, max = 4 } },
  test = function(purchase, vars)
    local tasted = roasts.count(purchase.items)
    return tasted >= vars.count, tasted
  end,
  examples = { { vars = { count = 2 }, sentence = "At least 2 different roasts are in the purchase" } },
}
