-- What a condition looks at, and outcomes pay for. Also accepts(fact, vars) for whole facts, portion, window and rate.
return accrue.constraint {
  title        = "of lines from {least} on",
  conditions   = { "purchase", "past_purchases" },
  variables    = { least = accrue.var.money { min = "0.00" } },
  accepts_item = function(item, vars) return item.amount >= vars.least end,
  examples     = { { vars = { least = "5.00" }, sentence = "of lines from 5.00 on" } },
}
