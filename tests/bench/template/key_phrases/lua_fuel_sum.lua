return accrue.key_phrase {
  title = "Paid for fuel is {operator} {amount}",
  conditions = "purchase",
  variables = { operator = accrue.var.operator { of = "amount" }, amount = accrue.var.money() },
  value = function(purchase)
    return purchase:sum(function(item) return item.context.litres and item.amount or 0 end)
  end,
}
