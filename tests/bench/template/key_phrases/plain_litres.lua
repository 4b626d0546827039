return accrue.key_phrase {
  title = "Litres bought are {operator} {litres}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "litres" }, litres = accrue.var.decimal { scale = 2 } },
  value = "items.context.litres",
}
