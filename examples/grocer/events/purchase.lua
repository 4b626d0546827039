-- What the grocer's receipts carry beyond the standard fields.
return accrue.event {
  title = "Purchase",
  fields = {},
  item_fields = { brand = accrue.var.text { optional = true, help = "national, private or unknown" } },
}
