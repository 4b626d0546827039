return accrue.key_phrase {
  title      = "Shipping is above {amount}",
  conditions = "purchase",
  variables  = { amount = accrue.var.money() },
  test       = function(purchase, vars) return purchase.shipping > vars.amount end,
}
