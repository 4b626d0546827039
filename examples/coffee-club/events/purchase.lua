-- What this program's receipts carry beyond the standard fields.
return accrue.event {
  title = "Purchase",
  fields = { table = accrue.var.integer { optional = true, min = 1, help = "The table that was served" } },
  item_fields = {
    cups = accrue.var.integer { optional = true, min = 0, help = "Cups poured on this line" },
    roast = accrue.var.text { optional = true, help = "light, medium, dark or decaf" },
  },
}
