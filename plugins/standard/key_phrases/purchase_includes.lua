-- `any`: so many of the listed things together; `all`: so many of each of them. The purchase is seen as its constraints leave it.
local choose = require "choose"

-- Does one entry of a catalog list cover the line? A category covers what lies under it.
local function covers(item, category)
  for _, own in ipairs(item.categories) do
    if own == category or accrue.text.starts_with(own, category .. "/") then return true end
  end
  return false
end

local function bought(purchase, vars, entry)
  return purchase:sum(function(item)
    return choose.item(item, vars) and entry(item) and item.quantity or 0
  end)
end

-- The smallest quantity bought of the entries of include, in thousandths.
local function least(purchase, vars)
  local smallest
  local function take(quantity)
    if not smallest or quantity < smallest then smallest = quantity end
  end
  for _, category in ipairs(vars.include.categories) do
    take(bought(purchase, vars, function(item) return covers(item, category) end))
  end
  for _, sku in ipairs(vars.include.items) do
    take(bought(purchase, vars, function(item) return item.sku == sku end))
  end
  return smallest or 0
end

return accrue.key_phrase {
  title      = "Purchase includes {count} of [{match} of {include}|anything][ other than {exclude}]",
  conditions = "purchase",
  variables  = {
    include = accrue.var.catalog { optional = true },
    exclude = accrue.var.catalog { optional = true },
    match   = accrue.var.choice { of = { "any", "all" }, default = "any" },
    count   = accrue.var.integer { default = 1, min = 1, help = "quantity that is enough" },
  },
  check      = function(vars)
    choose.check("purchase_includes", vars)
    if vars.match == "all" and not vars.include then error("purchase_includes with match all needs include", 0) end
  end,
  test       = function(purchase, vars)
    local quantity
    if vars.match == "all" then
      quantity = least(purchase, vars)
    else
      quantity = bought(purchase, vars, function() return true end)
    end
    return quantity >= vars.count * 1000, quantity
  end,
  examples   = {
    { vars = { include = { categories = { "coats" } } }, sentence = "Purchase includes 1 of any of coats" },
  },
}
