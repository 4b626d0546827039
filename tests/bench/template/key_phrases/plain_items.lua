return accrue.key_phrase {
  title = "The lines that count add up to {operator} {amount}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "amount" }, amount = accrue.var.money() },
  value = "items.amount",
}
