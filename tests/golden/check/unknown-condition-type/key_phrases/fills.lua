return accrue.key_phrase {
  title      = "Fills is {operator} {count}",
  conditions = { "purchase", "past_purchase" },
  variables  = { operator = accrue.var.operator(), count = accrue.var.integer() },
  value      = "items.quantity",
}
