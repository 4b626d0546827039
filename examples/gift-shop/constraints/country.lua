-- Where the parcel goes. A receipt without a country fails `include` and passes `exclude`.
return accrue.constraint {
  title = "Country of delivery is [one of {include}, none of {exclude}|one of {include}|none of {exclude}]",
  conditions = { "purchase", "past_purchases" },
  variables = {
    include = accrue.var.set { of = "text", optional = true },
    exclude = accrue.var.set { of = "text", optional = true },
  },
  accepts = function(purchase, vars)
    local country = purchase.context.country
    if vars.include and not vars.include[country] then
      return false
    end
    return not (vars.exclude and vars.exclude[country])
  end,
}
