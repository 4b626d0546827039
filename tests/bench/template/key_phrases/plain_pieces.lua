return accrue.key_phrase {
  title = "Pieces bought are {operator} {pieces}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "pieces" }, pieces = accrue.var.decimal { scale = 3 } },
  value = "items.quantity",
}
