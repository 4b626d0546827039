-- What the shop's receipts carry beyond the standard fields.
return accrue.event {
  title = "Purchase",
  fields = { country = accrue.var.text { optional = true, help = "Where the parcel goes" } },
  item_fields = { name = accrue.var.text { optional = true } },
}
