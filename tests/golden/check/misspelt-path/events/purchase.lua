return accrue.event {
  title = "Purchase",
  fields = {},
  item_fields = { litres = accrue.var.decimal { scale = 2 } },
}
