return accrue.key_phrase {
  title      = "Fills is {operator} {name}",
  conditions = "purchase",
  variables  = { operator = accrue.var.operator { of = "name" }, name = accrue.var.integer() },
  value      = "items.quantity",
}
