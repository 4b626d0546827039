local seen = {}

return accrue.key_phrase {
  title      = "A purchase not seen before",
  conditions = "purchase",
  variables  = {},
  test       = function(purchase)
    local new = not seen[purchase.id]
    seen[purchase.id] = true
    return new
  end,
}
