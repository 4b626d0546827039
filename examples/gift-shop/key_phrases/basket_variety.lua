-- How many different products are in the basket, whatever their number.
return accrue.key_phrase {
  title = "Number of different products is {operator} {count}",
  conditions = "purchase",
  variables = {
    operator = accrue.var.operator { of = "count" },
    count = accrue.var.integer { min = 1 },
  },
  value = function(purchase, vars)
    local seen, count = {}, 0
    for _, item in ipairs(purchase.items) do
      if item.sku and not seen[item.sku] then
        seen[item.sku] = true
        count = count + 1
      end
    end
    return count
  end,
  examples = { { vars = { count = 20 }, sentence = "Number of different products is at least 20" } },
}
