return accrue.key_phrase {
  title = "One line is above {amount}",
  conditions = "purchase",
  variables = { amount = accrue.var.money() },
  test = function(purchase, vars)
    local most = purchase:max(function(item) return item.amount end) or 0
    return most > vars.amount, most
  end,
}
