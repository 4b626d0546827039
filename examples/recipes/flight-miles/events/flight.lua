return accrue.event {
  title = "Flight",
  description = "A member has flown",
  fields = {
    distance = accrue.var.integer { min = 1, help = "miles between the airports" },
    cabin = accrue.var.choice { of = { "economy", "premium", "business" } },
  },
}
