-- In how many departments of the store the basket was filled; a category path's first part is the department.
return accrue.key_phrase {
  title = "Number of departments in the basket is {operator} {count}",
  conditions = "purchase",
  variables = {
    operator = accrue.var.operator { of = "count" },
    count = accrue.var.integer { min = 1 },
  },
  value = function(purchase, vars)
    local seen, count = {}, 0
    for _, item in ipairs(purchase.items) do
      for _, category in ipairs(item.categories) do
        local department = accrue.text.split(category, "/")[1]
        if not seen[department] then
          seen[department] = true
          count = count + 1
        end
      end
    end
    return count
  end,
  examples = { { vars = { count = 3 }, sentence = "Number of departments in the basket is at least 3" } },
}
