-- Lines of some brands alone: the store's own, national ones, or unknown.
return accrue.constraint {
  title = "Brand is one of {brands}",
  conditions = { "purchase", "past_purchases" },
  variables = { brands = accrue.var.set { of = "text" } },
  accepts_item = function(item, vars)
    return vars.brands[item.context.brand]
  end,
}
