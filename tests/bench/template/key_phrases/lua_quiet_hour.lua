return accrue.key_phrase {
  title = "Bought on day {weekday} after {hour} o'clock",
  conditions = "purchase",
  variables = { weekday = accrue.var.integer { min = 1, max = 7 }, hour = accrue.var.integer { min = 0, max = 23 } },
  test = function(purchase, vars)
    local time = purchase.time
    return time.weekday == vars.weekday and time.hour >= vars.hour
  end,
}
