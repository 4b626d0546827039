return accrue.key_phrase {
  title      = 12,
  conditions = "purchase",
  variables  = { count = accrue.var.integer { min = "a few" } },
  value      = "items.quantity",
}
