-- Lines of some roasts alone, or of all but some. A line without a roast fails `include` and passes `exclude`.
return accrue.constraint {
  title = "Roast is [one of {include}, none of {exclude}|one of {include}|none of {exclude}]",
  conditions = { "purchase", "past_purchases" },
  variables = {
    include = accrue.var.set { of = "text", optional = true },
    exclude = accrue.var.set { of = "text", optional = true },
  },
  check = function(vars)
    if not vars.include and not vars.exclude then
      error("roast needs include or exclude", 0)
    end
  end,
  accepts_item = function(item, vars)
    local roast = item.context.roast
    if vars.include and not vars.include[roast] then
      return false
    end
    return not (vars.exclude and vars.exclude[roast])
  end,
}
