return accrue.key_phrase {
  title      = "The purchase is large",
  conditions = "purchase",
  variables  = {}
  test       = function(purchase) return purchase.amount > 1000 end,
}
