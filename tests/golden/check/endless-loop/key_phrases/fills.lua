return accrue.key_phrase {
  title      = "The purchase is large",
  conditions = "purchase",
  variables  = {},
  test       = function(purchase)
    local sum = 0
    while sum < purchase.amount do
      sum = sum - 1
    end
    return true
  end,
}
