return accrue.key_phrase {
  title      = "Number of items purchased is {operator} {count}",
  conditions = "purchase",
  variables  = {
    operator = accrue.var.operator { of = "count" },
    count    = accrue.var.integer { min = 0, help = "quantities added up; a line without one counts 1" },
  },
  value      = "items.quantity",
  examples   = { { vars = { count = 3 }, sentence = "Number of items purchased is at least 3" } },
}
