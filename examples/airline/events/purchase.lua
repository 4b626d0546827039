-- Receipts of the shop on board and of partners, who sell flights of their own line by line.
return accrue.event {
  title = "Purchase",
  fields = {},
  item_fields = { km = accrue.var.decimal { scale = 1, optional = true, help = "kilometres of a partner's ticket" } },
}
