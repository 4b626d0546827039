-- Of this purchase's categories those that were not bought from before within the timeframe. A path's first part is the category:
-- who has bought from "wine/red" is no stranger to "wine/white".
return accrue.key_phrase {
  title = "Number of categories that are new {timeframe} is {operator} {count}",
  conditions = "past_purchases",
  variables = {
    operator = accrue.var.operator { of = "count" },
    count = accrue.var.integer { default = 1, min = 1 },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "new",
  value = function(purchase)
    local seen, categories = {}, {}
    for _, item in ipairs(purchase.items) do
      for _, path in ipairs(item.categories) do
        local category = accrue.text.split(path, "/")[1]
        if not seen[category] then
          seen[category] = true
          categories[#categories + 1] = category
        end
      end
    end
    return categories
  end,
  examples = { { vars = { count = 2 }, sentence = "Number of categories that are new is at least 2" } },
}
