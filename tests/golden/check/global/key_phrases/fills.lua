return accrue.key_phrase {
  title      = "The purchase is large",
  conditions = "purchase",
  variables  = {},
  test       = function(purchase)
    seen = (seen or 0) + 1
    return purchase.amount > 1000
  end,
}
