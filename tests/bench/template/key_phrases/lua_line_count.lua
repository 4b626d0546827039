return accrue.key_phrase {
  title = "Lines of one piece are {operator} {count}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "count" }, count = accrue.var.integer { min = 1 } },
  value = function(purchase)
    return purchase:count(function(item) return item.quantity == 1000 end)
  end,
}
