-- What receipts carry beyond the known fields: declared fields are checked when a purchase comes in, and arrive with their type.
return accrue.event {
  title       = "Purchase",
  fields      = {},
  item_fields = {
    litres = accrue.var.decimal { scale = 2, optional = true }, -- "30.50" arrives as 3050
    grade  = accrue.var.text { optional = true },
  },
}
