return accrue.key_phrase {
  title = "The receipt's total is {operator} {amount}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "amount" }, amount = accrue.var.money() },
  value = "total",
}
