return accrue.key_phrase {
  title      = "Fills is {operator} {cuont}",
  conditions = "purchase",
  variables  = { operator = accrue.var.operator(), count = accrue.var.integer() },
  value      = "items.quantity",
}
