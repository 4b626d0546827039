return accrue.key_phrase {
  title = "Litres are {operator} {litres}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator(), litres = accrue.var.decimal { scale = 2 } },
  value = "items.context.litrs",
}
