-- Of the whole purchase by the program's amount basis, however lines are narrowed; both bounds inclusive (domain O8).
return accrue.constraint {
  title      = "[with a check from {min} to {max}|with a check of {min} or more|with a check of {max} or less]",
  conditions = { "purchase", "past_purchases" },
  variables  = {
    min = accrue.var.money { optional = true, help = "inclusive" },
    max = accrue.var.money { optional = true, help = "inclusive" },
  },
  check      = function(vars)
    if not vars.min and not vars.max then error("check_size needs min or max", 0) end
    if vars.min and vars.max and vars.min > vars.max then error("check_size has a min above its max", 0) end
  end,
  accepts    = function(purchase, vars)
    local amount = purchase.amount
    if vars.min and amount < vars.min then return false end
    return not vars.max or amount <= vars.max
  end,
  examples   = { { vars = { min = "10.00", max = "50.00" }, sentence = "with a check from 10.00 to 50.00" } },
}
