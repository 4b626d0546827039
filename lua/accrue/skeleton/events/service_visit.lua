-- A custom event type; the file's name is the type. Its fields stand in the event's `data`.
return accrue.event {
  title  = "A car was in for service",
  fields = {
    work  = accrue.var.choice { of = { "inspection", "tyres", "repair" } },
    price = accrue.var.money { optional = true },
  },
}
