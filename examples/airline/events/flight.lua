return accrue.event {
  title = "Flight",
  description = "A member has flown; `km` is what rules count by",
  fields = {
    km = accrue.var.decimal { scale = 1, min = "0.1", help = "kilometres flown" },
    cabin = accrue.var.choice { of = { "economy", "premium", "business" } },
    route = accrue.var.text { optional = true, help = "such as VIE-JFK" },
  },
}
