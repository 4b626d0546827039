return accrue.key_phrase {
  title      = "Total spend in purchase is {operator} {amount}",
  conditions = "purchase",
  variables  = {
    operator = accrue.var.operator { of = "amount" },
    amount   = accrue.var.money { min = "0.00", help = "by the program's amount basis; with a catalog, the lines let through" },
  },
  value      = "amount",
  examples   = {
    { vars = { amount = "20.00" }, sentence = "Total spend in purchase is at least 20.00" },
    { vars = { operator = "exactly", amount = "25.00" }, sentence = "Total spend in purchase is exactly 25.00" },
  },
}
