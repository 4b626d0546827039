-- What is measured. The title is how a use of it reads: every variable in braces.
return accrue.key_phrase {
  title      = "my_name of the purchase is {operator} {amount}",
  conditions = { "purchase", "past_purchases" }, -- of the purchase at hand, and over history
  variables  = {
    operator = accrue.var.operator { of = "amount" }, -- at least, unless the program says otherwise
    amount   = accrue.var.money { min = "0.00" },
  },
  aggregate  = "sum",    -- over history; also count, average, last, min, max, distinct, new
  value      = "amount", -- a path, or function(purchase, vars) that returns an integer, or nil for nothing
  examples   = { { vars = { amount = "20.00" }, sentence = "my_name of the purchase is at least 20.00" } },
}
